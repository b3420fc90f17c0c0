package dev.weft.mesh.internal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The clock of deadlines. Arming and disarming cost a set's insertion and removal, since nearly
 * every deadline is disarmed long before it comes; the one thread sleeps until the earliest of
 * those armed when it last looked, and then looks at all. At rest it does not wake at all, under
 * load about once in the shortest time-out. Thread-safe.
 */
final class Deadlines {
  private static final long NEVER = Long.MAX_VALUE;

  /** Looks are at least so far apart, which makes a deadline late by as much at most. */
  private static final long TICK_NANOS = 50_000_000;

  private final LongSupplier nanoTime;
  private final long origin;
  private final Set<Entry> armed = ConcurrentHashMap.newKeySet();
  private final AtomicLong nextLook = new AtomicLong(NEVER);
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * @param nanoTime {@link System#nanoTime}, except in tests
   */
  Deadlines(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.origin = nanoTime.getAsLong();
    thread = Thread.ofPlatform().daemon().name("weft-mesh-clock").start(this::run);
  }

  /** What has a deadline; armed by one thread at a time. */
  abstract static class Entry {
    private volatile long due = NEVER;

    /** The deadline has passed. Called once, on the clock's thread. */
    abstract void passed();

    /** The clock has stopped before the deadline. Called once. */
    abstract void stopped();
  }

  /** Calls the entry in so many nanoseconds; false when the clock has stopped. */
  boolean arm(Entry entry, long nanos) {
    long due = nanoTime.getAsLong() - origin + Math.max(0, nanos);
    entry.due = due;
    armed.add(entry);
    if (stopped) {
      armed.remove(entry);
      return false;
    }
    if (due < nextLook.get() && nextLook.getAndAccumulate(due, Math::min) > due) {
      LockSupport.unpark(thread);
    }
    return true;
  }

  /** Forgets the entry's deadline; it is not called from now on unless it is being called. */
  void disarm(Entry entry) {
    entry.due = NEVER;
    armed.remove(entry);
  }

  private void run() {
    while (!stopped) {
      long now = nanoTime.getAsLong() - origin;
      long next = nextLook.get();
      if (next > now) {
        LockSupport.parkNanos(this, next == NEVER ? NEVER : next - now);
      } else {
        look(now);
        LockSupport.parkNanos(this, TICK_NANOS);
      }
    }
  }

  private void look(long now) {
    // Whoever arms from here on lowers it again; whoever has armed before is in the set.
    nextLook.set(NEVER);
    long earliest = NEVER;
    for (Iterator<Entry> each = armed.iterator(); each.hasNext(); ) {
      Entry entry = each.next();
      long due = entry.due;
      if (due <= now) {
        each.remove();
        entry.due = NEVER;
        entry.passed();
      } else {
        earliest = Math.min(earliest, due);
      }
    }
    nextLook.accumulateAndGet(earliest, Math::min);
  }

  /** Stops; those still armed are told. */
  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
    List<Entry> left = new ArrayList<>(armed);
    armed.clear();
    left.forEach(Entry::stopped);
  }
}
