package dev.weft.all.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for conditions that nothing announces. */
final class Wait {
  /** Whether the condition came true in time; looked at every 20 ms. */
  static boolean until(Duration timeout, BooleanSupplier condition) {
    long end = System.nanoTime() + timeout.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() - end >= 0) {
          return false;
        }
        if (never.await(20, TimeUnit.MILLISECONDS)) {
          throw new AssertionError("unreachable");
        }
      }
      return true;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Wait() {}
}
