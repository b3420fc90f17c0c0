package dev.weft.postgres;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what tells nobody when it happens: files and other processes. */
final class Waiting {

  static void pause(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }

  /** Looks every few milliseconds until the condition holds; false when it never did. */
  static boolean until(Duration atMost, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > atMost.toNanos()) {
        return false;
      }
      pause(Duration.ofMillis(5));
    }
    return true;
  }

  private Waiting() {}
}
