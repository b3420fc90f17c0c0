package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.json.Utf8;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Mends what providers get wrong in otherwise good JSON: a byte that is no UTF-8 becomes U+FFFD, a
 * control character within a string becomes its escape, a byte order mark in front goes. Takes time
 * linear in the bytes.
 */
public final class JsonRepair {

  private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  private JsonRepair() {}

  /** The mended text; null when there was nothing to mend. */
  public static byte @Nullable [] mend(byte[] source, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from + 16);
    boolean mended = false;
    boolean inString = false;
    int at = from;
    if (to - from >= 3
        && source[from] == (byte) 0xEF
        && source[from + 1] == (byte) 0xBB
        && source[from + 2] == (byte) 0xBF) {
      at += 3;
      mended = true;
    }
    while (at < to) {
      byte b = source[at];
      if (b < 0) {
        int after = Utf8.character(source, at, to);
        if (after < 0) {
          out.writeBytes(REPLACEMENT);
          at = afterBroken(source, at, to);
          mended = true;
        } else {
          out.write(source, at, after - at);
          at = after;
        }
        continue;
      }
      if (inString && b < 0x20) {
        escape(b, out);
        mended = true;
      } else {
        out.write(b);
        if (b == '"') {
          inString = !inString;
        } else if (b == '\\' && inString && at + 1 < to && source[at + 1] >= 0x20) {
          out.write(source[++at]);
        }
      }
      at++;
    }
    return mended ? out.toByteArray() : null;
  }

  /** A broken character counts once, with the bytes after it that only continue a character. */
  private static int afterBroken(byte[] source, int at, int to) {
    int after = at + 1;
    int most = Math.min(to, at + 3);
    while (after < most && (source[after] & 0xC0) == 0x80) {
      after++;
    }
    return after;
  }

  private static void escape(byte b, ByteArrayOutputStream out) {
    out.write('\\');
    switch (b) {
      case '\n' -> out.write('n');
      case '\r' -> out.write('r');
      case '\t' -> out.write('t');
      case '\b' -> out.write('b');
      case '\f' -> out.write('f');
      default -> {
        out.write('u');
        out.write('0');
        out.write('0');
        out.write(HEX[b >> 4]);
        out.write(HEX[b & 0xF]);
      }
    }
  }
}
