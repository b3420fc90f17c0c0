package dev.weft.node.http;

import dev.weft.mesh.ByteBudget;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.brotli.dec.BrotliInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Undoes a content encoding as the bytes arrive (RFC 9110 section 8.4.1): {@code gzip} (RFC 1952,
 * several members too), {@code deflate} (RFC 1950, and RFC 1951 alone, which many send under that
 * name) and {@code br} (RFC 7932; that one comes out when all of it is in). What comes out is
 * bounded, however little went in. For one thread; {@link #close} it.
 */
public final class ContentDecoder implements AutoCloseable {

  /** Encodings that are undone, for people. */
  public static final String KNOWN = "gzip, deflate or br";

  private static final int PIECE = 16_384;
  private static final int MAX_HEAD_BYTES = 4_096;
  private static final int GZIP_HEAD = 10;
  private static final int GZIP_TAIL = 8;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int CHECKSUM = 2;

  /** It is kept whole, so that it is bounded by itself. */
  private static final int MAX_BROTLI_BYTES = 64 << 20;

  private final Kind kind;
  private final long maxBytes;
  private final byte[] piece = new byte[PIECE];
  private final CRC32 checksum = new CRC32();
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

  private @Nullable Inflater inflater;
  private Stage stage = Stage.HEAD;
  private boolean anyMember;
  private long total;
  private long memberBytes;

  private enum Kind {
    GZIP,
    DEFLATE,
    BROTLI
  }

  private enum Stage {
    HEAD,
    DATA,
    TAIL,
    DONE
  }

  /** More came out than is allowed. */
  public static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge(long maxBytes) {
      super("more than " + maxBytes + " bytes");
    }
  }

  /** What came out found no room in the process's memory. */
  public static final class NoRoom extends IOException {
    private static final long serialVersionUID = 1L;

    NoRoom() {
      super("finds no room in memory");
    }
  }

  private ContentDecoder(Kind kind, long maxBytes) {
    this.kind = kind;
    this.maxBytes = maxBytes;
  }

  /** Whether a header's value says that nothing has to be undone. */
  public static boolean isPlain(@Nullable String encoding) {
    return encoding == null || encoding.isBlank() || encoding.strip().equalsIgnoreCase("identity");
  }

  /** Whether an encoding can be undone. */
  public static boolean knows(String encoding) {
    return of(encoding, 0) != null;
  }

  /**
   * What undoes an encoding; null when it is none of {@link #KNOWN}.
   *
   * @param maxBytes most that may come out
   */
  public static @Nullable ContentDecoder of(String encoding, long maxBytes) {
    return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "gzip", "x-gzip" -> new ContentDecoder(Kind.GZIP, maxBytes);
      case "deflate" -> new ContentDecoder(Kind.DEFLATE, maxBytes);
      case "br" -> new ContentDecoder(Kind.BROTLI, Math.min(maxBytes, MAX_BROTLI_BYTES));
      default -> null;
    };
  }

  /**
   * Takes the next bytes.
   *
   * @param out gets what they make, in pieces; each array is the callee's
   * @throws TooLarge when more came out than is allowed
   * @throws IOException when the bytes are not what the encoding makes
   */
  public void feed(byte[] bytes, int count, Consumer<byte[]> out) throws IOException {
    if (kind == Kind.BROTLI) {
      if (waiting.size() + count > maxBytes) {
        throw new TooLarge(maxBytes);
      }
      waiting.write(bytes, 0, count);
      return;
    }
    byte[] given = bytes;
    int from = 0;
    int to = count;
    while (from < to && stage != Stage.DONE) {
      switch (stage) {
        case HEAD -> {
          waiting.write(given, from, to - from);
          byte[] all = waiting.toByteArray();
          int head = kind == Kind.GZIP ? gzipHead(all) : zlibHead(all);
          if (head < 0 || stage == Stage.DONE) {
            return;
          }
          waiting.reset();
          given = all;
          from = head;
          to = all.length;
          stage = Stage.DATA;
        }
        case DATA -> from = inflate(given, from, to, out);
        case TAIL -> {
          int take = Math.min(to - from, GZIP_TAIL - waiting.size());
          waiting.write(given, from, take);
          from += take;
          if (waiting.size() == GZIP_TAIL) {
            tail(waiting.toByteArray());
            waiting.reset();
          }
        }
        case DONE -> {}
      }
    }
  }

  /**
   * No more bytes come.
   *
   * @param out as in {@link #feed}
   * @throws IOException as there, and when the end is missing
   */
  public void end(Consumer<byte[]> out) throws IOException {
    if (kind == Kind.BROTLI) {
      brotli(out);
      return;
    }
    boolean padding = stage == Stage.HEAD && anyMember;
    if (stage != Stage.DONE && !padding) {
      throw new IOException("ends too early");
    }
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
    }
  }

  /**
   * All of a text at once.
   *
   * @param room takes what comes out beyond {@link ByteBudget#SMALL_BYTES} as it grows, and keeps
   *     it; there is no waiting within it
   * @throws TooLarge when more came out than is allowed
   * @throws NoRoom when there is no more room
   * @throws IOException when the bytes are not what the encoding makes
   */
  public static byte[] decode(String encoding, byte[] bytes, long maxBytes, ByteBudget.Hold room)
      throws IOException {
    try (ContentDecoder decoder = of(encoding, maxBytes)) {
      if (decoder == null) {
        throw new IOException("is encoded as something else than " + KNOWN);
      }
      Counted out = new Counted(room);
      decoder.feed(bytes, bytes.length, out::take);
      decoder.end(out::take);
      if (out.full) {
        throw new NoRoom();
      }
      return out.whole();
    }
  }

  /** Takes room before it grows. */
  private static final class Counted extends ByteArrayOutputStream {
    private final ByteBudget.Hold room;
    private long taken;
    private boolean full;

    Counted(ByteBudget.Hold room) {
      this.room = room;
    }

    void take(byte[] piece) {
      if (!full && size() + piece.length > ByteBudget.SMALL_BYTES + taken) {
        long step = Math.max(ByteBudget.SMALL_BYTES, size());
        full = !room.tryGrow(step);
        taken += full ? 0 : step;
      }
      if (!full) {
        writeBytes(piece);
      }
    }

    byte[] whole() {
      byte[] all = toByteArray();
      room.shrink(Math.min(taken, ByteBudget.SMALL_BYTES + taken - all.length));
      return all;
    }
  }

  private void brotli(Consumer<byte[]> out) throws IOException {
    try (BrotliInputStream in =
        new BrotliInputStream(new ByteArrayInputStream(waiting.toByteArray()))) {
      int count;
      while ((count = in.read(piece)) > 0) {
        total += count;
        if (total > maxBytes) {
          throw new TooLarge(maxBytes);
        }
        out.accept(Arrays.copyOf(piece, count));
      }
    } catch (TooLarge e) {
      throw e;
    } catch (IOException | RuntimeException e) { // its own texts are for programmers
      throw new IOException("is not what it says");
    } finally {
      waiting.reset();
    }
  }

  private int inflate(byte[] bytes, int from, int to, Consumer<byte[]> out) throws IOException {
    Inflater current = inflater;
    if (current == null) {
      throw new IOException("the decoder is closed");
    }
    current.setInput(bytes, from, to - from);
    try {
      while (true) {
        int count = current.inflate(piece);
        if (count > 0) {
          total += count;
          memberBytes += count;
          if (total > maxBytes) {
            throw new TooLarge(maxBytes);
          }
          checksum.update(piece, 0, count);
          out.accept(Arrays.copyOf(piece, count));
        } else if (current.finished()) {
          anyMember = true;
          stage = kind == Kind.GZIP ? Stage.TAIL : Stage.DONE;
          return to - current.getRemaining();
        } else if (current.needsDictionary()) {
          throw new IOException("needs a dictionary");
        } else {
          return to;
        }
      }
    } catch (DataFormatException e) {
      throw new IOException("is not what it says");
    }
  }

  /** Where the head ends; -1 while some of it is missing. */
  private int gzipHead(byte[] all) throws IOException {
    if (anyMember && all[0] == 0) {
      stage = Stage.DONE; // padding after the last member
      return all.length;
    }
    for (int i = 0; i < Math.min(all.length, 3); i++) {
      if ((all[i] & 0xff) != new int[] {0x1f, 0x8b, 8}[i]) {
        throw new IOException("is not what it says");
      }
    }
    if (all.length > MAX_HEAD_BYTES && !isWhole(all)) {
      throw new IOException("is not what it says");
    }
    int end = headEnd(all);
    if (end >= 0) {
      begin(new Inflater(true));
    }
    return end;
  }

  private static boolean isWhole(byte[] all) {
    int end = headEnd(all);
    return end >= 0 && end <= MAX_HEAD_BYTES;
  }

  private static int headEnd(byte[] all) {
    if (all.length < GZIP_HEAD) {
      return -1;
    }
    int flags = all[3];
    int at = GZIP_HEAD;
    if ((flags & EXTRA) != 0) {
      if (at + 2 > all.length) {
        return -1;
      }
      at += 2 + (all[at] & 0xff) + ((all[at + 1] & 0xff) << 8);
    }
    for (int text : new int[] {NAME, COMMENT}) {
      if ((flags & text) != 0) {
        while (at < all.length && all[at] != 0) {
          at++;
        }
        at++;
      }
    }
    at += (flags & CHECKSUM) != 0 ? 2 : 0;
    return at <= all.length ? at : -1;
  }

  /** Two bytes tell whether there is a head at all. */
  private int zlibHead(byte[] all) {
    if (all.length < 2) {
      return -1;
    }
    int both = ((all[0] & 0xff) << 8) | (all[1] & 0xff);
    begin(new Inflater((all[0] & 0x0f) != 8 || both % 31 != 0));
    return 0;
  }

  private void begin(Inflater next) {
    close();
    inflater = next;
    checksum.reset();
    memberBytes = 0;
  }

  private void tail(byte[] tail) throws IOException {
    long sum = 0;
    long length = 0;
    for (int i = 3; i >= 0; i--) {
      sum = (sum << 8) | (tail[i] & 0xff);
      length = (length << 8) | (tail[i + 4] & 0xff);
    }
    if (sum != checksum.getValue() || length != (memberBytes & 0xffff_ffffL)) {
      throw new IOException("has a wrong checksum");
    }
    stage = Stage.HEAD;
  }
}
