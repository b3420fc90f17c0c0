package dev.weft.auth.keys;

import java.security.SecureRandom;

/** Digits and letters: text that a double click selects whole. */
public final class Base62 {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Unguessable text: 5.95 bits a character. */
  public static String random(int length) {
    StringBuilder out = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      out.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
    }
    return out.toString();
  }

  /** The number in as many digits as asked, zeros first. */
  static String encode(long value, int length) {
    char[] out = new char[length];
    long rest = value;
    for (int i = length - 1; i >= 0; i--) {
      out[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
      rest /= DIGITS.length();
    }
    return new String(out);
  }

  private Base62() {}
}
