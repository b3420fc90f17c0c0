package dev.weft.mesh.internal;

import dev.weft.mesh.vertx.Buffers;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Items of one stream on their way out: those written in one tick leave in one frame. Thread-safe:
 * the producer adds, an event loop flushes.
 */
final class FrameBatch {
  private static final int[] NONE = {};

  /** An item costs credit, so a frame never has more than a window of them. */
  private static final int MAX_LENGTHS_CHARACTERS = 4_096;

  private final List<byte[]> items = new ArrayList<>();
  private int bytes;
  private long sequence;
  private boolean scheduled;

  /** What to do after an item was added. */
  enum Then {
    /** A flush is under way already. */
    NOTHING,
    /** Flush at the end of the tick. */
    FLUSH_SOON,
    /** The frame is full. */
    FLUSH_NOW
  }

  /**
   * A frame to send.
   *
   * @param headers its sequence and lengths, to be added to
   */
  record Frame(MultiMap headers, Buffer body) {}

  synchronized Then add(byte[] item) {
    items.add(item);
    bytes += item.length;
    if (bytes >= Wire.MAX_FRAME_BYTES) {
      return Then.FLUSH_NOW;
    }
    if (scheduled) {
      return Then.NOTHING;
    }
    scheduled = true;
    return Then.FLUSH_SOON;
  }

  /**
   * All items added, as one frame; null when there are none.
   *
   * @param end whether it is the last, which is never null
   */
  synchronized @Nullable Frame take(long id, boolean end) {
    scheduled = false;
    if (items.isEmpty() && !end) {
      return null;
    }
    MultiMap headers =
        Wire.headers(end ? Wire.Kind.END : Wire.Kind.ITEMS, id)
            .add(Wire.SEQUENCE, Long.toString(sequence));
    if (items.size() > 1 || end && items.size() == 1) {
      headers.add(Wire.LENGTHS, lengths());
    }
    byte[][] parts = items.toArray(new byte[0][]);
    sequence += parts.length;
    items.clear();
    bytes = 0;
    return new Frame(headers, Buffers.wrap(Unpooled.wrappedBuffer(parts)));
  }

  private String lengths() {
    StringBuilder text = new StringBuilder(items.size() * 4);
    for (byte[] item : items) {
      text.append(text.isEmpty() ? "" : ",").append(item.length);
    }
    return text.toString();
  }

  /**
   * The lengths of a frame's items.
   *
   * @param header null for a single item, or for none in a last frame
   * @throws IllegalArgumentException when they do not add up to the body
   */
  static int[] lengths(@Nullable String header, int bodyLength, boolean last) {
    if (header == null) {
      return last ? NONE : new int[] {bodyLength};
    }
    if (header.length() > MAX_LENGTHS_CHARACTERS) {
      throw new IllegalArgumentException("more items than a frame may have");
    }
    String[] words = header.split(",", -1);
    int[] lengths = new int[words.length];
    long sum = 0;
    for (int i = 0; i < words.length; i++) {
      lengths[i] = Integer.parseInt(words[i]);
      if (lengths[i] < 0) {
        throw new IllegalArgumentException("negative length");
      }
      sum += lengths[i];
    }
    if (sum != bodyLength) {
      throw new IllegalArgumentException("lengths do not add up to the body");
    }
    return lengths;
  }
}
