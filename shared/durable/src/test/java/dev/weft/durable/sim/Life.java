package dev.weft.durable.sim;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.sim.World.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One ownership of an object as it should be: what it holds in memory, what each of its stretches
 * left behind, and how far of that is durable. Written as the sequential program that the runtime
 * is to look like.
 */
final class Life {
  final ObjectId id;
  final long epoch;
  final String incarnation;
  final Place place;

  /** The state after each stretch that wrote; the first is what was found. */
  final List<SortedMap<String, Long>> sealed = new ArrayList<>();

  /** By stub: the highest number of a call that has begun. */
  final Map<Long, Long> begun = new HashMap<>();

  /** Which of {@link #sealed} the database has. */
  int durable;

  /** Which of {@link #sealed} the instance knows to be durable, or more. */
  int heard;

  /** Another has the object by now; what this one reads may be of both. */
  boolean overtaken;

  /** The instance was told that it is over. */
  boolean over;

  /** Tasks of its own that have not begun. */
  int ownWaiting;

  @Nullable Performer holder;
  @Nullable Performer critical;
  int criticalDepth;

  /** Values by key, and when alarms are due by {@link #alarmKey}. */
  private TreeMap<String, Long> memory;

  private Map<String, Long> firing = new HashMap<>();
  private boolean dirty;
  private final Deque<Before> transactions = new ArrayDeque<>();

  private record Before(TreeMap<String, Long> memory, Map<String, Long> firing, boolean dirty) {}

  Life(ObjectId id, long epoch, String incarnation, Place place, SortedMap<String, Long> found) {
    this.id = id;
    this.epoch = epoch;
    this.incarnation = incarnation;
    this.place = place;
    this.memory = new TreeMap<>(found);
    sealed.add(new TreeMap<>(found));
  }

  // ---- what a turn does

  @Nullable Long get(String key) {
    return memory.get(key);
  }

  /** Values by key. */
  SortedMap<String, Long> all() {
    SortedMap<String, Long> all = new TreeMap<>(memory);
    all.keySet().removeIf(Life::isAlarm);
    return all;
  }

  void put(String key, @Nullable Long value) {
    if (value == null) {
      memory.remove(key);
    } else {
      memory.put(key, value);
    }
    dirty = true;
  }

  void clear() {
    memory.clear();
    firing.clear();
    dirty = true;
  }

  // ---- alarms

  /** Under what a state has the time of an alarm. */
  static String alarmKey(String name) {
    return "@" + name;
  }

  private static boolean isAlarm(String key) {
    return key.startsWith("@");
  }

  void setAlarm(String name, long dueMillis) {
    firing.remove(name);
    put(alarmKey(name), dueMillis);
  }

  /** Whether there was one to be seen. */
  boolean deleteAlarm(String name) {
    boolean visible = firing.remove(name) == null;
    boolean there = memory.containsKey(alarmKey(name));
    if (there) {
      put(alarmKey(name), null);
    }
    return there && visible;
  }

  /** Alarms that are set and whose handlers do not run, with their times. */
  SortedMap<String, Long> alarms() {
    SortedMap<String, Long> alarms = new TreeMap<>();
    memory.forEach(
        (key, due) -> {
          if (isAlarm(key) && !firing.containsKey(key.substring(1))) {
            alarms.put(key.substring(1), due);
          }
        });
    return alarms;
  }

  /** The handler of an alarm begins; false when that is not set so, or being handled. */
  boolean fires(String name, long dueMillis) {
    Long due = memory.get(alarmKey(name));
    return due != null && due == dueMillis && !due.equals(firing.put(name, dueMillis));
  }

  /** The handler has ended: the alarm is gone, unless it was set or deleted meanwhile. */
  void fired(String name, long dueMillis) {
    if (firing.remove(name, dueMillis)) {
      put(alarmKey(name), null);
    }
  }

  // ---- transactions and stretches

  void beginTransaction() {
    transactions.push(new Before(new TreeMap<>(memory), new HashMap<>(firing), dirty));
    if (transactions.size() == 1) {
      dirty = false;
    }
  }

  void endTransaction(boolean kept) {
    Before before = transactions.pop();
    boolean outermost = transactions.isEmpty();
    if (!kept) {
      memory = before.memory;
      firing = before.firing;
      dirty = before.dirty;
    } else if (outermost) {
      dirty |= before.dirty;
    }
  }

  private boolean mayBeSealed() {
    return transactions.isEmpty() ? dirty : transactions.getLast().dirty;
  }

  /** What is written may be committed as one; returns whether there was anything. */
  boolean seal() {
    if (!mayBeSealed()) {
      return false;
    }
    if (transactions.isEmpty()) {
      sealed.add(new TreeMap<>(memory));
      dirty = false;
    } else {
      Before outermost = transactions.removeLast();
      sealed.add(new TreeMap<>(outermost.memory));
      transactions.addLast(new Before(outermost.memory, outermost.firing, false));
    }
    return true;
  }

  /** As if {@link #seal} had not been, which had something to do. */
  void unseal() {
    sealed.removeLast();
    if (transactions.isEmpty()) {
      dirty = true;
    } else {
      Before outermost = transactions.removeLast();
      transactions.addLast(new Before(outermost.memory, outermost.firing, true));
    }
  }

  int newest() {
    return sealed.size() - 1;
  }

  /** What has to be durable before anything that is known now may leave. */
  int dependency() {
    return newest() + (mayBeSealed() ? 1 : 0);
  }

  // ---- what the database does

  /** Which stretch led to this state; -1 when none did that is not durable already. */
  int find(SortedMap<String, Long> state) {
    for (int i = durable; i < sealed.size(); i++) {
      if (sealed.get(i).equals(state)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String toString() {
    return id.name().orElse("?") + "@" + epoch;
  }
}
