package dev.weft.durable.internal.node;

/**
 * The database's clock as this node knows it: read now and then, carried on by the monotonic clock,
 * so that a jump of this machine's own clock changes nothing. Thread-safe.
 */
public final class DatabaseClock {
  private volatile boolean stopped;
  private volatile Reading reading = new Reading(System.currentTimeMillis(), System.nanoTime());

  private record Reading(long millis, long nanos) {}

  /** Milliseconds since 1970. */
  public long millis() {
    Reading last = reading;
    return stopped ? last.millis : last.millis + (System.nanoTime() - last.nanos) / 1_000_000;
  }

  /** Stands still between two readings; for tests that set the time by hand. */
  public void stop() {
    stopped = true;
  }

  /** Takes over what the database said. */
  public void set(long millis, long readNanos) {
    reading = new Reading(millis, readNanos);
  }
}
