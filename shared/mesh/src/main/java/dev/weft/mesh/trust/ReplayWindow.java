package dev.weft.mesh.trust;

import java.util.Arrays;

/**
 * Which of the last numbers of a sender have come. Threads overtake each other between taking a
 * number and sending, so the order is loose. Not thread-safe.
 */
final class ReplayWindow {
  /** Messages that may overtake one: more than a node sends in a second. */
  static final int SIZE = 1 << 17;

  private final long[] seen = new long[SIZE >> 6];
  private long highest;

  /** Whether the number has not come yet, as far as that is known. */
  boolean isNew(long number) {
    if (number > highest) {
      return true;
    }
    return number > 0
        && highest - number < SIZE
        && (seen[word(number)] & 1L << number) == 0; // a shift by the number's last six bits
  }

  /** Notes a number that is new. */
  void note(long number) {
    if (number - highest >= SIZE) {
      Arrays.fill(seen, 0);
      highest = number;
    }
    while (highest < number) {
      highest++;
      seen[word(highest)] &= ~(1L << highest);
    }
    seen[word(number)] |= 1L << number;
  }

  private static int word(long number) {
    return (int) (number >> 6) & (SIZE >> 6) - 1;
  }
}
