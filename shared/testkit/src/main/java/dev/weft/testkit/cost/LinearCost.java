package dev.weft.testkit.cost;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Asserts that a piece of work costs time linear in the size of its input. The input is doubled
 * four times, each size is run five times (twice when that leaves no doubt) and the best run
 * counts, and only the ratio of sizes to times is judged, in CPU time of the calling thread:
 * neither a slow nor a busy machine changes it.
 *
 * <p>Sixteen times the input may cost up to 48 times the work, and four times the input, at the
 * large end, up to 9 times: room for caches and for {@code n log n}; quadratic work costs 256 and
 * 16 times. A fault is measured three times before it is told.
 *
 * <p>The work must run on the calling thread. An endless loop is not seen here: put a timeout on
 * the test ({@code @Timeout} with a thread of its own). Thread-safe.
 */
public final class LinearCost {

  /** How often the input is doubled, so the largest is sixteen times the smallest. */
  private static final int DOUBLINGS = 4;

  private static final int RUNS = 5;

  /** Enough to see that work is far from the bounds, as nearly all is. */
  private static final int QUICK_RUNS = 2;

  private static final int ATTEMPTS = 3;
  private static final double MOST_OVER_ALL = 48;
  private static final double MOST_AT_THE_END = 9;

  /** Below it the clock and the caches say more than the work does. */
  private static final long LEAST_NANOS = 1_000_000;

  /** Work that takes so long is not run five times. */
  private static final long ENOUGH_NANOS = 3_000_000_000L;

  private static final int DEFAULT_SMALLEST = 4_096;
  private static final int DEFAULT_LARGEST = 1 << 20;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final int smallest;
  private final int largest;

  private LinearCost(int smallest, int largest) {
    this.smallest = smallest;
    this.largest = largest;
  }

  /** For inputs of 4,096 to 1,048,576 units. */
  public static LinearCost ofText() {
    return between(DEFAULT_SMALLEST, DEFAULT_LARGEST);
  }

  /**
   * For inputs of other sizes.
   *
   * @param smallest size to begin with; larger when the work on it is too short to measure
   * @param largest size not to go beyond, at least 16 times the smallest
   */
  public static LinearCost between(int smallest, int largest) {
    if (smallest < 1 || largest >> DOUBLINGS < smallest) {
      throw new IllegalArgumentException("need 16 * " + smallest + " <= " + largest);
    }
    return new LinearCost(smallest, largest);
  }

  /**
   * Runs the work on each kind of input.
   *
   * @throws AssertionError for the first kind whose cost grows faster than its size
   */
  public void assertOn(List<Adversarial> inputs, Consumer<String> work) {
    for (Adversarial input : inputs) {
      assertOn(input.name(), input::ofSize, work);
    }
  }

  /**
   * Runs the work on inputs of five sizes.
   *
   * @param name of the input, for the message
   * @param input makes an input of a size; its own cost is not counted
   * @throws AssertionError when the cost grows faster than the size
   */
  public <T> void assertOn(String name, IntFunction<T> input, Consumer<T> work) {
    int base = measurable(input, work);
    String fault = "not measured";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      fault = fault(base, input, work);
      if (fault.isEmpty()) {
        return;
      }
    }
    throw new AssertionError("The cost of '" + name + "' is not linear: " + fault);
  }

  /** The smallest size whose work can be measured. */
  private <T> int measurable(IntFunction<T> input, Consumer<T> work) {
    int size = smallest;
    while (size << (DOUBLINGS + 1) <= largest) {
      T made = input.apply(size);
      long best = Long.MAX_VALUE;
      for (int run = 0; run < RUNS && best > LEAST_NANOS; run++) {
        best = Math.min(best, nanos(made, work));
      }
      if (best > LEAST_NANOS) {
        break;
      }
      size <<= 1;
    }
    return size;
  }

  private static <T> String fault(int base, IntFunction<T> input, Consumer<T> work) {
    String doubt = fault(base, input, work, QUICK_RUNS, MOST_OVER_ALL / 2, MOST_AT_THE_END * 2 / 3);
    return doubt.isEmpty() ? "" : fault(base, input, work, RUNS, MOST_OVER_ALL, MOST_AT_THE_END);
  }

  private static <T> String fault(
      int base,
      IntFunction<T> input,
      Consumer<T> work,
      int runs,
      double mostOverAll,
      double mostAtTheEnd) {
    long[] best = new long[DOUBLINGS + 1];
    // From large to small: the small ones must not be the first that the compiler sees.
    for (int step = DOUBLINGS; step >= 0; step--) {
      best[step] = best(input.apply(base << step), work, runs);
    }
    // What costs less than can be measured costs nothing, however it grows.
    double atStart = Math.max(best[0], LEAST_NANOS);
    double beforeEnd = Math.max(best[DOUBLINGS - 2], LEAST_NANOS);
    double overAll = best[DOUBLINGS] / atStart;
    double atTheEnd = best[DOUBLINGS] / beforeEnd;
    if (overAll <= mostOverAll && atTheEnd <= mostAtTheEnd) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "16 times the input cost %.0f times the work, 4 times at the end %.1f times"
            + " (sizes %d to %d, CPU microseconds %s)",
        overAll,
        atTheEnd,
        base,
        base << DOUBLINGS,
        Arrays.toString(Arrays.stream(best).map(nanos -> nanos / 1_000).toArray()));
  }

  private static <T> long best(T input, Consumer<T> work, int runs) {
    long best = Long.MAX_VALUE;
    long spent = 0;
    for (int run = 0; run < runs && spent < ENOUGH_NANOS; run++) {
      long nanos = nanos(input, work);
      best = Math.min(best, nanos);
      spent += nanos;
    }
    return best;
  }

  private static <T> long nanos(T input, Consumer<T> work) {
    long before = THREADS.getCurrentThreadCpuTime();
    work.accept(input);
    return THREADS.getCurrentThreadCpuTime() - before;
  }
}
