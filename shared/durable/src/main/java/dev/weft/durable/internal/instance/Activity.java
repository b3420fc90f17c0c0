package dev.weft.durable.internal.instance;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** When an instance last had something to do, and how many watch it. Thread-safe. */
public final class Activity {
  private final LongSupplier nanoClock;
  private final AtomicInteger watchers = new AtomicInteger();
  private volatile long lastNanos;

  Activity(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.lastNanos = nanoClock.getAsLong();
  }

  /** Something has happened; returns when. */
  long touch() {
    long now = nanoClock.getAsLong();
    lastNanos = now;
    return now;
  }

  public long idleNanos() {
    return nanoClock.getAsLong() - lastNanos;
  }

  void watchers(int change) {
    watchers.addAndGet(change);
    touch();
  }

  public int watchers() {
    return watchers.get();
  }
}
