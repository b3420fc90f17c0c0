package dev.weft.mesh.trust;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts what is refused, by kind, and says when to tell of it: once a kind and minute.
 * Thread-safe.
 */
public final class Tally<K extends Enum<K>> {
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private final Map<K, Count> counts;

  public Tally(Class<K> kinds, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.counts = new EnumMap<>(kinds);
  }

  private static final class Count {
    long all;
    long told;
    long toldNanos;
  }

  /**
   * Counts one more of the kind.
   *
   * @return how many there were since the last line of the kind when one is due, else 0
   */
  public synchronized long add(K kind) {
    long now = nanoTime.getAsLong();
    Count count = counts.computeIfAbsent(kind, _ -> new Count());
    count.all++;
    if (count.told > 0 && now - count.toldNanos < INTERVAL_NANOS) {
      return 0;
    }
    long since = count.all - count.told;
    count.told = count.all;
    count.toldNanos = now;
    return since;
  }

  /** How many of the kind there were. */
  public synchronized long of(K kind) {
    Count count = counts.get(kind);
    return count == null ? 0 : count.all;
  }
}
