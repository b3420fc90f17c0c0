package dev.weft.durable.internal.instance;

import org.jspecify.annotations.Nullable;

/**
 * Since when, by the node's monotonic clock, and on which thread an object has been running without
 * a wait. Thread-safe.
 */
public final class Stretch {
  private volatile long sinceNanos;
  private volatile @Nullable Thread thread;

  void begin(long nowNanos) {
    thread = Thread.currentThread();
    sinceNanos = nowNanos | 1;
  }

  void end() {
    sinceNanos = 0;
    thread = null;
  }

  boolean isRunning() {
    return sinceNanos != 0;
  }

  /** How long; 0 when nothing runs. */
  public long nanos(long nowNanos) {
    long since = sinceNanos;
    return since == 0 ? 0 : nowNanos - since;
  }

  /** Where it is; empty when nothing runs. */
  public StackTraceElement[] stack() {
    Thread running = thread;
    return running == null ? new StackTraceElement[0] : running.getStackTrace();
  }
}
