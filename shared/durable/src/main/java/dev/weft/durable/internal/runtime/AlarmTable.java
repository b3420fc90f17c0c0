package dev.weft.durable.internal.runtime;

import dev.weft.durable.internal.store.WriteSet.AlarmRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An active object's alarms. Not thread-safe: for whoever holds the object. */
final class AlarmTable {
  private final Writes writes;
  private Map<String, AlarmRow> rows;
  private Set<String> running = new HashSet<>(0);

  AlarmTable(Map<String, AlarmRow> stored, Writes writes) {
    this.rows = stored.isEmpty() ? new HashMap<>(0) : new HashMap<>(stored);
    this.writes = writes;
  }

  /** As stored, also while its handler runs. */
  @Nullable AlarmRow row(String name) {
    return rows.get(name);
  }

  /** When it fires; null when it is not set, or its handler runs. */
  @Nullable AlarmRow visible(String name) {
    return running.contains(name) ? null : rows.get(name);
  }

  Map<String, AlarmRow> allVisible() {
    Map<String, AlarmRow> all = new TreeMap<>(rows);
    all.keySet().removeAll(running);
    return all;
  }

  void set(String name, long dueMillis) {
    running.remove(name);
    AlarmRow row = new AlarmRow(dueMillis, dueMillis, 0);
    rows.put(name, row);
    writes.alarm(name, row);
  }

  boolean delete(String name) {
    boolean visible = !running.remove(name);
    boolean known = rows.remove(name) != null;
    if (known) {
      writes.alarm(name, null);
    }
    return known && visible;
  }

  /** All are deleted, by a write that clears the object. */
  void clear() {
    rows = new HashMap<>(0);
    running = new HashSet<>(0);
  }

  /** Its handler starts. */
  void begin(String name) {
    running.add(name);
  }

  /** Whether its handler runs and has neither set nor deleted it. */
  boolean isRunning(String name) {
    return running.contains(name);
  }

  /** Its handler has ended well: the alarm is gone unless it was set anew. */
  void end(String name) {
    if (running.remove(name)) {
      rows.remove(name);
      writes.alarm(name, null);
    }
  }

  /** Its handler has failed and is to run again. */
  void retry(String name, AlarmRow row) {
    running.remove(name);
    rows.put(name, row);
    writes.alarm(name, row);
  }

  /** A copy to return to. */
  Runnable snapshot() {
    Map<String, AlarmRow> rowsBefore = new HashMap<>(rows);
    Set<String> runningBefore = new HashSet<>(running);
    return () -> {
      rows = rowsBefore;
      running = runningBefore;
    };
  }
}
