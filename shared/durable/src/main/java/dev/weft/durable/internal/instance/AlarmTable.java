package dev.weft.durable.internal.instance;

import dev.weft.durable.internal.store.WriteSet.AlarmRow;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An active object's alarms. Not thread-safe: for whoever holds the object. */
public final class AlarmTable {
  private final Writes writes;
  private Map<String, AlarmRow> rows;
  private Map<String, AlarmRow> running = new HashMap<>(0);
  private final Map<String, AlarmRow> replaced = new HashMap<>(0);
  private boolean made;

  public AlarmTable(Map<String, AlarmRow> stored, Writes writes) {
    this.rows = stored.isEmpty() ? new HashMap<>(0) : new HashMap<>(stored);
    this.writes = writes;
  }

  /** As stored, also while its handler runs. */
  public @Nullable AlarmRow row(String name) {
    return rows.get(name);
  }

  /** When it fires; null when it is not set, or its handler runs. */
  public @Nullable AlarmRow visible(String name) {
    return running.containsKey(name) ? null : rows.get(name);
  }

  public Map<String, AlarmRow> allVisible() {
    Map<String, AlarmRow> all = new TreeMap<>(rows);
    all.keySet().removeAll(running.keySet());
    return all;
  }

  public void set(String name, long dueMillis) {
    running.remove(name);
    AlarmRow before = rows.get(name);
    if (!made && before != null) {
      replaced.putIfAbsent(name, before);
    }
    AlarmRow row = new AlarmRow(dueMillis, dueMillis, 0);
    rows.put(name, row);
    writes.alarm(name, row);
  }

  public boolean delete(String name) {
    boolean visible = running.remove(name) == null;
    boolean known = rows.remove(name) != null;
    if (known) {
      writes.alarm(name, null);
    }
    return known && visible;
  }

  /** All are deleted, by a write that clears the object. */
  public void clear() {
    rows = new HashMap<>(0);
    running = new HashMap<>(0);
  }

  /** The object is made: from now on what sets an alarm anew replaces it. */
  void made() {
    made = true;
  }

  /**
   * The setting that the constructor has replaced, once: the alarm that woke the object is handled
   * though the constructor sets it again, or one that each instance sets would never be.
   *
   * @param dueMillis of the setting that is meant
   */
  public @Nullable AlarmRow takeReplaced(String name, long dueMillis) {
    AlarmRow row = replaced.get(name);
    return row != null && row.dueMillis() == dueMillis ? replaced.remove(name) : null;
  }

  /** Its handler starts, for this setting. */
  public void begin(String name, AlarmRow row) {
    running.put(name, row);
  }

  /** Whether a handler runs for this setting and has neither set nor deleted the alarm. */
  public boolean isRunning(String name, AlarmRow row) {
    return row.equals(running.get(name));
  }

  /** Its handler has ended well: the alarm is gone unless it was set anew. */
  public void end(String name, AlarmRow row) {
    if (running.remove(name, row)) {
      rows.remove(name);
      writes.alarm(name, null);
    }
  }

  /** Its handler has failed and is to run again. */
  public void retry(String name, AlarmRow row) {
    running.remove(name);
    rows.put(name, row);
    writes.alarm(name, row);
  }

  /** A copy to return to. */
  public Runnable snapshot() {
    Map<String, AlarmRow> rowsBefore = new HashMap<>(rows);
    Map<String, AlarmRow> runningBefore = new HashMap<>(running);
    return () -> {
      rows = rowsBefore;
      running = runningBefore;
    };
  }
}
