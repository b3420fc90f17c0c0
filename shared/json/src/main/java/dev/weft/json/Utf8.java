package dev.weft.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Whether bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing beyond
 * U+10FFFF. JSON parsers let these pass, and two readers may then see two texts.
 */
public final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW_BITS = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** Whether all bytes from {@code from} to before {@code to} are whole characters. */
  public static boolean isValid(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (bytes[at] >= 0) {
        at = afterAscii(bytes, at, to);
      } else if (at + 2 < to
          && (bytes[at] & 0xf0) == 0xe0
          && (bytes[at + 1] & 0xc0) == 0x80
          && (bytes[at + 2] & 0xc0) == 0x80
          && bytes[at] != (byte) 0xe0
          && bytes[at] != (byte) 0xed) {
        // Most of what is neither ASCII nor an exception; the rest takes the long way.
        at += 3;
      } else {
        at = character(bytes, at, to);
        if (at < 0) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * The offset of the next byte of a value, which must be ASCII; {@code to} or more when there is
   * none.
   */
  static int indexOf(byte value, byte[] bytes, int from, int to) {
    long pattern = value * LOW_BITS;
    int at = from;
    while (at <= to - Long.BYTES) {
      long difference = (long) LONGS.get(bytes, at) ^ pattern;
      // The lowest byte that is zero gets its high bit; those above it may get one wrongly.
      long zero = (difference - LOW_BITS) & ~difference & HIGH_BITS;
      if (zero != 0) {
        return at + (Long.numberOfTrailingZeros(zero) >>> 3);
      }
      at += Long.BYTES;
    }
    while (at < to && bytes[at] != value) {
      at++;
    }
    return at;
  }

  /** The offset of the first byte beyond ASCII, or the end. */
  private static int afterAscii(byte[] bytes, int from, int to) {
    int at = from;
    while (at <= to - Long.BYTES) {
      long high = (long) LONGS.get(bytes, at) & HIGH_BITS;
      if (high != 0) {
        return at + (Long.numberOfTrailingZeros(high) >>> 3);
      }
      at += Long.BYTES;
    }
    while (at < to && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  /**
   * The offset after the character of two to four bytes that begins at {@code at}; negative when it
   * is none.
   */
  public static int character(byte[] bytes, int at, int to) {
    int first = bytes[at] & 0xff;
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > to) {
      return -1;
    }
    int second = bytes[at + 1] & 0xff;
    int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) {
      return -1;
    }
    for (int i = 2; i < length; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return -1;
      }
    }
    return at + length;
  }

  private Utf8() {}
}
