package dev.weft.durable.internal.instance;

import org.jspecify.annotations.Nullable;

/** Since when, and on which thread, an object has been running without a wait. Thread-safe. */
public final class Stretch {
  private volatile long sinceNanos;
  private volatile @Nullable Thread thread;

  public void begin() {
    thread = Thread.currentThread();
    sinceNanos = System.nanoTime() | 1;
  }

  public void end() {
    sinceNanos = 0;
    thread = null;
  }

  /** How long; 0 when nothing runs. */
  public long nanos() {
    long since = sinceNanos;
    return since == 0 ? 0 : System.nanoTime() - since;
  }

  /** Where it is; empty when nothing runs. */
  public StackTraceElement[] stack() {
    Thread running = thread;
    return running == null ? new StackTraceElement[0] : running.getStackTrace();
  }
}
