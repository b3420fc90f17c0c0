package dev.weft.durable.internal.instance;

import dev.weft.durable.ObjectInspector.TurnSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last turns of an object. Thread-safe. */
public final class TurnLog {
  private static final int KEPT = 8;

  private @Nullable Entry @Nullable [] ring;
  private int next;

  private record Entry(
      String what, long beganMillis, long waitedNanos, long ranNanos, @Nullable String failure) {}

  /**
   * Notes a turn that has ended.
   *
   * @param what the method, or what else it was
   * @param failure code or class of what it threw; null when it threw nothing
   */
  public synchronized void add(
      String what, long beganMillis, long waitedNanos, long ranNanos, @Nullable String failure) {
    @Nullable Entry[] entries = ring;
    if (entries == null) {
      entries = new Entry[KEPT];
      ring = entries;
    }
    entries[next % KEPT] = new Entry(what, beganMillis, waitedNanos, ranNanos, failure);
    next++;
  }

  /** The newest first. */
  public synchronized List<TurnSummary> last() {
    List<TurnSummary> all = new ArrayList<>(KEPT);
    @Nullable Entry[] entries = ring;
    for (int i = next - 1; entries != null && i >= 0 && i >= next - KEPT; i--) {
      Entry entry = entries[i % KEPT];
      if (entry != null) {
        all.add(
            new TurnSummary(
                entry.what,
                Instant.ofEpochMilli(entry.beganMillis),
                entry.waitedNanos / 1_000,
                entry.ranNanos / 1_000,
                entry.failure));
      }
    }
    return all;
  }

  /** Forgets all: an idle object needs the room less than others do. */
  public synchronized void clear() {
    ring = null;
    next = 0;
  }
}
