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
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** Whether all bytes from {@code from} to before {@code to} are whole characters. */
  public static boolean isValid(byte[] bytes, int from, int to) {
    int at = from;
    while (true) {
      while (at <= to - Long.BYTES && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
        at += Long.BYTES;
      }
      while (at < to && bytes[at] >= 0) {
        at++;
      }
      if (at == to) {
        return true;
      }
      while (at < to && bytes[at] < 0) {
        at = character(bytes, at, to);
        if (at < 0) {
          return false;
        }
      }
    }
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
