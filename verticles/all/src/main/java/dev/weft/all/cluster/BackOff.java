package dev.weft.all.cluster;

import java.time.Duration;

/**
 * How long to wait before a process that died is started again: the first time little, then twice
 * as long each time up to a bound; from the start again after a life long enough. Not thread-safe.
 */
final class BackOff {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration MOST = Duration.ofSeconds(30);
  private static final Duration HEALTHY = Duration.ofSeconds(60);

  private Duration next = FIRST;

  /**
   * @param life how long the process ran
   */
  Duration after(Duration life) {
    if (life.compareTo(HEALTHY) >= 0) {
      next = FIRST;
    }
    Duration delay = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(MOST) > 0 ? MOST : doubled;
    return delay;
  }
}
