package dev.weft.faults;

import dev.weft.faults.Namespaces.Frame;
import dev.weft.faults.NodeWire.Work;
import dev.weft.history.CounterModel;
import dev.weft.history.ListModel;
import dev.weft.history.Operation;
import dev.weft.history.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rows about what objects do themselves: alarms, misbehaviour, interleaving, outputs. */
final class BehaviourRows {
  private static final Duration WATCH_PATIENCE = Duration.ofSeconds(40);
  private static final Duration ALARM_PATIENCE = Duration.ofSeconds(75);

  static final List<Row> ALL =
      List.of(
          new Row(
              13,
              "kill -9 amid alarms",
              "alarms that call a sink outside and then count themselves",
              "I6: own effect exactly once, outgoing at least once",
              3,
              false,
              BehaviourRows::alarms),
          new Row(
              16,
              "objects that write too much, throw, spin, sleep and list 14 MiB",
              "counters beside them",
              "I9: no other object's call fails; their p99 is reported",
              3,
              false,
              BehaviourRows::neighbours),
          new Row(
              17,
              "transactions that fail, critical sections that wait, aborts amid transfers",
              "bank",
              "I2 I5 I7 against the sequential model; total constant",
              3,
              false,
              BehaviourRows::interleavings),
          new Row(
              18,
              "kill -9, PostgreSQL immediate restart; everything that leaves is recorded",
              "list: append, tell a sink outside, tell watchers, answer",
              "I2: nothing that left refers to an item absent at the end; whoever watches what is"
                  + " kept saw each item once, in order",
              3,
              false,
              BehaviourRows::outputs));

  private static void alarms(Run run) throws Exception {
    Cluster cluster = run.cluster();
    run.begin(run.work("bells"));
    run.pause(1_500, 2_500);
    while (run.timeFor(6_000)) {
      int victim = run.anyHost();
      cluster.kill(victim);
      run.fault("kill -9");
      run.pause(500, 1_500);
      cluster.restart(victim);
      run.pause(1_500, 3_000);
    }
    run.finish();
    List<Operation<ListModel.Input, ListModel.Output>> all = Checks.read(run, Workloads.BELLS);
    long end = System.nanoTime() + ALARM_PATIENCE.toNanos();
    Map<String, Map<String, String>> stored = Checks.stored(run, Workloads.BELLS);
    while (waiting(all, stored) && System.nanoTime() < end) {
      // What a dead node had taken is given to others after half a minute.
      Thread.sleep(500);
      stored = Checks.stored(run, Workloads.BELLS);
    }
    Set<String> heard = new HashSet<>();
    for (Frame frame : frames(run)) {
      heard.add(frame.id());
    }
    for (Operation<ListModel.Input, ListModel.Output> operation : all) {
      String id = ((ListModel.Append) operation.input()).id();
      String fired = stored.getOrDefault(operation.object(), Map.of()).get("fired:" + id);
      boolean once = "1".equals(fired);
      if (fired != null && !once) {
        run.violation(operation.object() + ": alarm " + id + " had its effect " + fired + " times");
      }
      if (operation.outcome() == Outcome.OK && !once) {
        run.violation(operation.object() + ": alarm " + id + " was set and never fired");
      }
      if (operation.outcome() == Outcome.FAILED && fired != null) {
        run.violation(operation.object() + ": alarm " + id + " fired although setting it failed");
      }
      if (once && !heard.contains(id)) {
        run.violation(operation.object() + ": alarm " + id + " fired, but nothing left");
      }
    }
    run.note(heard.size() + " alarms heard outside");
    stored.forEach(
        (object, values) -> {
          long fired = values.keySet().stream().filter(key -> key.startsWith("fired:")).count();
          if (fired != Long.parseLong(values.getOrDefault("count", "0"))) {
            run.violation(object + " counted " + values.get("count") + " of " + fired);
          }
        });
  }

  private static boolean waiting(
      List<Operation<ListModel.Input, ListModel.Output>> all,
      Map<String, Map<String, String>> stored) {
    return all.stream()
        .filter(operation -> operation.outcome() == Outcome.OK)
        .anyMatch(
            operation ->
                !stored
                    .getOrDefault(operation.object(), Map.of())
                    .containsKey("fired:" + ((ListModel.Append) operation.input()).id()));
  }

  private static List<Frame> frames(Run run) throws Exception {
    return FrameFile.read(run.cluster().directory().resolve("frames.jsonl"), run.prefix());
  }

  private static void neighbours(Run run) throws Exception {
    Cluster cluster = run.cluster();
    Work usual = run.work("counter");
    run.begin(usual);
    Thread.sleep(run.seconds() * 500L);
    long began = System.nanoTime();
    Work bad = new Work("trouble", usual.prefix() + "bad", 4, 4, 100, 10_000, usual.seed(), "");
    cluster.beginAt(cluster.hosts(), bad);
    run.fault("misbehaving objects, 4 at once");
    run.finish();
    Map<String, Long> errors = cluster.errors();
    run.note("errors: " + errors);
    List<Operation<CounterModel.Input, Long>> all = Checks.read(run, Workloads.COUNTER);
    long failed = all.stream().filter(operation -> operation.outcome() != Outcome.OK).count();
    if (failed > 0) {
      run.violation(failed + " calls of neighbours failed");
    }
    long before = p99(all, 0, began);
    long beside = p99(all, began, Long.MAX_VALUE);
    run.note("neighbours' p99 " + before + " ms before, " + beside + " ms beside trouble");
    Checks.counters(run);
  }

  private static long p99(List<Operation<CounterModel.Input, Long>> all, long from, long to) {
    long[] millis =
        all.stream()
            .filter(operation -> operation.invoked() >= from && operation.invoked() < to)
            .filter(operation -> operation.outcome() == Outcome.OK)
            .mapToLong(operation -> (operation.returned() - operation.invoked()) / 1_000_000)
            .sorted()
            .toArray();
    return MovingRows.at(millis, 0.99);
  }

  private static void interleavings(Run run) throws Exception {
    run.begin(run.work("turns"));
    run.finish();
    run.fault("aborts: " + run.cluster().errors());
    Checks.banks(run);
  }

  private static void outputs(Run run) throws Exception {
    Cluster cluster = run.cluster();
    run.begin(run.work("outputs"));
    run.pause(1_500, 2_500);
    for (int round = 0; run.timeFor(6_000); round++) {
      if (round % 3 == 2) {
        cluster.database().restartImmediately(Duration.ofMillis(300));
        run.fault("immediate restart");
        run.pause(3_000, 4_000);
        continue;
      }
      int victim = run.anyHost();
      try (AutoCloseable ignored = cluster.database().stallCommits()) {
        run.pause(100, 300);
        cluster.kill(victim);
      }
      run.fault("kill -9 amid stalled commits");
      cluster.restart(victim);
      run.pause(2_000, 3_000);
    }
    run.finish();
    Map<String, Map<String, String>> stored = Checks.stored(run, Workloads.LIST);
    Map<String, Integer> channels = new java.util.TreeMap<>();
    for (Frame frame : frames(run)) {
      channels.merge(frame.channel(), 1, Integer::sum);
      List<String> items = Checks.items(stored.getOrDefault(frame.object(), Map.of()));
      if (items.size() <= frame.index() || !items.get(frame.index()).equals(frame.id())) {
        run.violation("left by " + frame.channel() + ", but is not there: " + frame);
      }
    }
    run.note("frames seen: " + channels);
    watched(run, stored);
    Checks.lists(run);
  }

  /** Whoever watches what is kept has seen each item once, in order, whatever happened. */
  private static void watched(Run run, Map<String, Map<String, String>> stored) throws Exception {
    long end = System.nanoTime() + WATCH_PATIENCE.toNanos();
    Map<String, List<String>> seen = kept(run);
    while (!seen.entrySet().stream().allMatch(each -> isAll(each, stored))
        && System.nanoTime() < end) {
      Thread.sleep(500);
      seen = kept(run);
    }
    for (Map.Entry<String, List<String>> each : seen.entrySet()) {
      if (!isAll(each, stored)) {
        run.violation(
            each.getKey()
                + ": a watcher saw "
                + each.getValue().size()
                + " items, not each of those stored once and in order");
      }
    }
  }

  private static boolean isAll(
      Map.Entry<String, List<String>> seen, Map<String, Map<String, String>> stored) {
    return seen.getValue().equals(Checks.items(stored.getOrDefault(seen.getKey(), Map.of())));
  }

  private static Map<String, List<String>> kept(Run run) throws Exception {
    Map<String, List<String>> seen = new java.util.TreeMap<>();
    for (Frame frame : frames(run)) {
      if (frame.channel().equals(Frame.KEPT)) {
        seen.computeIfAbsent(frame.object(), _ -> new ArrayList<>()).add(frame.id());
      }
    }
    return seen;
  }

  private BehaviourRows() {}
}
