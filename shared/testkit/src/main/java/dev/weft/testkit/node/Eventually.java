package dev.weft.testkit.node;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens elsewhere, by looking again and again. */
public final class Eventually {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(10);

  /** Waits until the condition holds; fails when it does not within 10 s. */
  public static void holds(BooleanSupplier condition) {
    holds(PATIENCE, condition);
  }

  /** Waits until the condition holds; fails when it does not in time. */
  public static void holds(Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        throw new AssertionError("the condition did not hold within " + patience);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private Eventually() {}
}
