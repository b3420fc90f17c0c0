package dev.weft.rag.text;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What the processing of one document may cost, asked by its loops: processor time, memory and the
 * number of passages. Memory is counted as what the thread allocates, freed or not, which is more
 * than it ever holds. Made and used by the thread that does the work; {@link #end} may be called by
 * any.
 */
public final class Budget {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** So many steps cost far more than reading the clock once. */
  private static final int STEPS = 1_024;

  private final Limits limits;
  private final BooleanSupplier unwanted;
  private final long startNanos = THREADS.getCurrentThreadCpuTime();
  private final long startBytes = THREADS.getCurrentThreadAllocatedBytes();
  private int untilCheck = STEPS;
  private int chunks;
  private volatile boolean ended;

  /**
   * @param time of the processor
   * @param bytes that may be allocated
   * @param chunks that may be made
   */
  public record Limits(Duration time, long bytes, int chunks) {
    public Limits {
      if (!time.isPositive() || bytes < 1 || chunks < 1) {
        throw new IllegalArgumentException("limits must be positive");
      }
    }
  }

  /** Thrown by the loops of a document's processing when it has cost what it may. */
  public static final class Exceeded extends RuntimeException {
    private static final long serialVersionUID = 1;

    Exceeded(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * @param unwanted whether whoever wants the result has given up; asked now and then
   */
  public Budget(Limits limits, BooleanSupplier unwanted) {
    this.limits = limits;
    this.unwanted = unwanted;
  }

  /** Counts a step of a loop. */
  public void step() {
    if (--untilCheck < 0) {
      check();
    }
  }

  /** Counts a passage. */
  public void chunk() {
    if (++chunks > limits.chunks()) {
      throw new Exceeded(
          "it has more than %,d passages; cut it into several documents"
              .formatted(limits.chunks()));
    }
    step();
  }

  /**
   * Looks at the clock and the memory.
   *
   * @throws Exceeded when the document has cost more than it may
   */
  public void check() {
    untilCheck = STEPS;
    if (ended || unwanted.getAsBoolean()) {
      throw new Exceeded("its processing was given up");
    }
    if (THREADS.getCurrentThreadCpuTime() - startNanos > limits.time().toNanos()) {
      throw new Exceeded(
          "its processing took more than %,d ms of processor time"
              .formatted(limits.time().toMillis()));
    }
    if (THREADS.getCurrentThreadAllocatedBytes() - startBytes > limits.bytes()) {
      throw new Exceeded(
          "its processing took more than %,d MiB of memory".formatted(limits.bytes() >> 20));
    }
  }

  /** Makes the next look fail. */
  public void end() {
    ended = true;
  }
}
