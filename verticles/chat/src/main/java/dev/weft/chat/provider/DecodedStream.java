package dev.weft.chat.provider;

import dev.weft.chat.wire.StreamFilter;
import dev.weft.node.http.ContentDecoder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Undoes the content encoding of a streamed answer on its way to the filter. For one event loop.
 * Answers of words never grow as what was made to fill memory does, so that growth is bounded.
 */
final class DecodedStream {

  private static final long FREE_BYTES = 1 << 20;
  private static final long MAX_GROWTH = 200;

  private final String encoding;
  private final ContentDecoder decoder;
  private final StreamFilter filter;
  private long in;
  private long out;
  private @Nullable IOException failure;

  private DecodedStream(String encoding, ContentDecoder decoder, StreamFilter filter) {
    this.encoding = encoding;
    this.decoder = decoder;
    this.filter = filter;
  }

  /** Null when the encoding is not known. */
  static @Nullable DecodedStream of(String encoding, StreamFilter filter) {
    ContentDecoder decoder = ContentDecoder.of(encoding, Long.MAX_VALUE);
    return decoder == null ? null : new DecodedStream(encoding, decoder, filter);
  }

  /** Takes the next bytes; false when they cannot be decoded, see {@link #failure}. */
  boolean feed(byte[] bytes, int count) {
    in += count;
    try {
      decoder.feed(bytes, count, this::decoded);
    } catch (IOException broken) {
      failure = failure == null ? broken : failure;
    }
    return failure == null;
  }

  /** No more bytes come; false when the end is missing. */
  boolean end() {
    try {
      decoder.end(this::decoded);
      return failure == null;
    } catch (IOException cut) {
      return false;
    }
  }

  void close() {
    decoder.close();
  }

  String encoding() {
    return encoding;
  }

  IOException failure() {
    return failure == null ? new IOException("is not what it says") : failure;
  }

  private void decoded(byte[] piece) {
    out += piece.length;
    if (out > FREE_BYTES + MAX_GROWTH * in) {
      failure = new IOException("grows more than " + MAX_GROWTH + " times");
    }
    if (failure == null) {
      filter.feed(piece, piece.length);
    }
  }
}
