package dev.weft.durable.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Everything that may happen next, and the choice among it. What happens is a task that runs to its
 * end, or, on a thread of an object, to where it waits. Time moves only when the simulation says
 * so.
 */
final class World {
  private static final int TRACE = 150;

  final SplittableRandom random;
  private final List<Task> ready = new ArrayList<>();
  private final List<Timer> timers = new ArrayList<>();
  private final Deque<String> trace = new ArrayDeque<>();
  private long taskNumber;
  private long nextTimer;
  private long nowMillis;
  private @Nullable String broken;

  /** Where something happens: a node, the database, a client. */
  static final class Place {
    final String name;
    boolean frozen;
    boolean gone;

    /** Its monotonic clock stands still at this time; null when it goes right. */
    @Nullable Long stoppedMillis;

    Place(String name) {
      this.name = name;
    }
  }

  private record Task(Place place, String what, Runnable body) {}

  private record Timer(long id, long dueMillis, Place place, Runnable body) {}

  World(long seed) {
    random = new SplittableRandom(seed);
  }

  // ---- chance

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T anyOf(List<T> list) {
    return list.get(below(list.size()));
  }

  // ---- what is to happen

  /** Something that may happen from now on, in any order with all else. */
  void later(Place place, String what, Runnable body) {
    ready.add(new Task(place, what, body));
  }

  long timer(Place place, long delayMillis, Runnable body) {
    timers.add(new Timer(++nextTimer, nowMillis + delayMillis, place, body));
    return nextTimer;
  }

  boolean cancelTimer(long id) {
    return timers.removeIf(timer -> timer.id == id);
  }

  /** Does one thing; false when nothing can be done before time moves. */
  boolean step() {
    ready.removeIf(task -> task.place.gone);
    List<Task> free = ready;
    if (ready.stream().anyMatch(task -> task.place.frozen)) {
      free = ready.stream().filter(task -> !task.place.frozen).toList();
    }
    if (free.isEmpty()) {
      return false;
    }
    Task task = anyOf(free);
    ready.remove(task);
    run(task);
    return true;
  }

  private void run(Task task) {
    taskNumber++;
    note(task.place, task.what);
    task.body.run();
  }

  /** The timer that is due first goes off, whenever that is; false when there is none. */
  boolean nextTimer() {
    Timer first =
        timers.stream()
            .filter(timer -> !timer.place.frozen && !timer.place.gone)
            .min(Comparator.comparingLong(Timer::dueMillis))
            .orElse(null);
    if (first == null) {
      return false;
    }
    timers.remove(first);
    run(new Task(first.place, "timer", first.body));
    return true;
  }

  boolean hasTimer() {
    return timers.stream().anyMatch(timer -> !timer.place.frozen && !timer.place.gone);
  }

  /** Whether a timer is due this soon. */
  boolean hasTimerWithin(long millis) {
    return timers.stream()
        .filter(timer -> !timer.place.frozen && !timer.place.gone)
        .anyMatch(timer -> timer.dueMillis - nowMillis <= millis);
  }

  void advance(long millis) {
    nowMillis += millis;
  }

  long millis() {
    return nowMillis;
  }

  /** What the clock of a place shows. */
  long millisAt(Place place) {
    return place.stoppedMillis == null ? nowMillis : place.stoppedMillis;
  }

  /** Counts what happened: equal numbers mean that nothing came in between. */
  long taskNumber() {
    return taskNumber;
  }

  // ---- what was seen

  void note(Place place, String what) {
    if (broken != null) {
      return;
    }
    if (trace.size() == TRACE) {
      trace.removeFirst();
    }
    trace.add("%5d %-5s %s".formatted(taskNumber, place.name, what));
  }

  /** A rule that must hold; the first that does not counts. */
  void check(boolean holds, String rule) {
    if (!holds && broken == null) {
      broken = rule;
      trace.add("      ===== " + rule);
    }
  }

  @Nullable String broken() {
    return broken;
  }

  List<String> trace() {
    return List.copyOf(trace);
  }
}
