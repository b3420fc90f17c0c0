package dev.weft.bench;

import java.util.Arrays;

/** What one round of a load saw. Filled on one event loop. */
final class Sample {
  long startNanos;
  long endNanos;
  int failures;
  private long[] whole = new long[1024];
  private int wholes;
  private long[] firstBytes = new long[1024];
  private int firsts;

  void whole(long nanos) {
    if (wholes == whole.length) {
      whole = Arrays.copyOf(whole, wholes * 2);
    }
    whole[wholes++] = nanos;
  }

  void firstByte(long nanos) {
    if (firsts == firstBytes.length) {
      firstBytes = Arrays.copyOf(firstBytes, firsts * 2);
    }
    firstBytes[firsts++] = nanos;
  }

  int answers() {
    return wholes;
  }

  double perSecond() {
    return wholes / ((endNanos - startNanos) / 1e9);
  }

  /** Milliseconds from the request to the whole answer. */
  double wholeMillis(double quantile) {
    return quantile(whole, wholes, quantile);
  }

  /** Milliseconds from the request to the first byte of the body. */
  double firstByteMillis(double quantile) {
    return quantile(firstBytes, firsts, quantile);
  }

  private static double quantile(long[] values, int count, double quantile) {
    if (count == 0) {
      return Double.NaN;
    }
    long[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted[Math.min(count - 1, (int) (quantile * count))] / 1e6;
  }
}
