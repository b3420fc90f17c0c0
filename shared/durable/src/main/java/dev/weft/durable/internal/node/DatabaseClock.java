package dev.weft.durable.internal.node;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The database's clock as this node knows it: read now and then, carried on by the monotonic clock,
 * so that a jump of this machine's own clock changes nothing. Thread-safe.
 */
public final class DatabaseClock {
  private final LongSupplier nanoClock;
  private volatile Reading reading;

  private record Reading(long millis, long nanos) {}

  /**
   * @param local what the time is until the database has been asked
   * @param nanoClock monotonic
   */
  public DatabaseClock(InstantSource local, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.reading = new Reading(local.millis(), nanoClock.getAsLong());
  }

  /** Milliseconds since 1970. */
  public long millis() {
    Reading last = reading;
    return last.millis + (nanoClock.getAsLong() - last.nanos) / 1_000_000;
  }

  /** The monotonic clock before the database is asked; for {@link #set}. */
  public long mark() {
    return nanoClock.getAsLong();
  }

  /**
   * Takes over what the database said.
   *
   * @param mark of the time when it was asked
   */
  public void set(long millis, long mark) {
    reading = new Reading(millis, mark);
  }
}
