package dev.weft.faults;

import dev.weft.faults.NodeWire.Work;
import dev.weft.history.History;
import dev.weft.history.ListModel;
import dev.weft.history.Operation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows in which objects move because nodes come and go in good order. */
final class MovingRows {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  static final List<Row> ALL =
      List.of(
          new Row(
              11,
              "SIGTERM of one node after the other, each started again",
              "sequences of calls through one stub, 8 under way, each with a request id",
              "I4: order per stub; zero errors",
              3,
              false,
              run -> moving(run, false)),
          new Row(
              12,
              "nodes leave and join at random, two at a time",
              "the same",
              "I4: order per stub; no call lost",
              3,
              false,
              run -> moving(run, true)),
          new Row(
              21,
              "SIGTERM and kill -9 in turn of nodes whose own threads go on calling",
              "list: append unique ids without a request id, read; callers in every process",
              "at most once: no id twice, none that its caller was told is not there",
              3,
              false,
              MovingRows::leavingCallers));

  private static void leavingCallers(Run run) throws Exception {
    Cluster cluster = run.cluster();
    run.begin(run.work("list", 40, 12));
    run.pause(1_500, 2_500);
    for (int round = 0; run.timeFor(round % 2 == 0 ? 4_000 : 6_000); round++) {
      int victim = run.anyHost();
      if (round % 2 == 0) {
        stop(run, victim);
      } else {
        cluster.kill(victim);
        run.fault("kill -9");
      }
      cluster.restart(victim);
      run.pause(1_000, 2_000);
    }
    run.finish();
    Checks.lists(run);
  }

  private static void moving(Run run, boolean churn) throws Exception {
    Cluster cluster = run.cluster();
    Work usual = run.work("sequence");
    // Only the node that stays calls: a caller that is stopped itself must see errors.
    run.begin(new Work("sequence", usual.prefix(), 100, 32, 100, 30_000, usual.seed(), ""), false);
    run.pause(1_500, 2_500);
    for (int round = 0; run.timeFor(4_000); round++) {
      int victim = churn ? run.anyHost() : round % cluster.hosts();
      stop(run, victim);
      if (churn && run.random().nextBoolean()) {
        int second = (victim + 1) % cluster.hosts();
        stop(run, second);
        cluster.restart(second);
      }
      cluster.restart(victim);
      run.pause(500, 1_500);
    }
    run.finish();
    cluster.errors().keySet().removeIf(error -> error.startsWith("start of a node"));
    if (!cluster.errors().isEmpty()) {
      run.violation("calls that may not fail did: " + cluster.errors());
    }
    Checks.lists(run);
    order(run);
  }

  private static void stop(Run run, int victim) throws Exception {
    if (!run.cluster().node(victim).terminate(STOP_LIMIT)) {
      run.violation("node " + victim + " did not end within " + STOP_LIMIT + " of SIGTERM");
    }
    run.fault("SIGTERM");
  }

  /** Calls of one stub have their effect in the order they were made. */
  private static void order(Run run) throws Exception {
    Checks.stored(run, Workloads.LIST)
        .forEach(
            (object, values) -> {
              Map<String, Integer> latest = new HashMap<>();
              for (String id : Checks.items(values)) {
                int dash = id.lastIndexOf('-');
                int number = Integer.parseInt(id.substring(dash + 1));
                Integer before = latest.put(id.substring(0, dash), number);
                if (before != null && before > number) {
                  run.violation(object + ": " + id + " came after number " + before);
                }
              }
            });
    List<Operation<ListModel.Input, ListModel.Output>> all = Checks.read(run, Workloads.LIST);
    long[] millis =
        all.stream()
            .filter(operation -> operation.outcome() == Operation.Outcome.OK)
            .mapToLong(operation -> (operation.returned() - operation.invoked()) / 1_000_000)
            .sorted()
            .toArray();
    long[] worst =
        History.byObject(all).values().stream()
            .mapToLong(
                calls ->
                    calls.stream()
                        .filter(call -> call.outcome() == Operation.Outcome.OK)
                        .mapToLong(call -> (call.returned() - call.invoked()) / 1_000_000)
                        .max()
                        .orElse(0))
            .sorted()
            .toArray();
    run.note(
        "calls p50 %d ms, p99 %d ms; longest call of an object (hand-over) p50 %d ms, p99 %d ms"
            .formatted(at(millis, 0.5), at(millis, 0.99), at(worst, 0.5), at(worst, 0.99)));
  }

  static long at(long[] sorted, double quantile) {
    return sorted.length == 0
        ? 0
        : sorted[Math.min(sorted.length - 1, (int) (sorted.length * quantile))];
  }

  private MovingRows() {}
}
