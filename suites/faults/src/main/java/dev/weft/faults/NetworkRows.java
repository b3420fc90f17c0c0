package dev.weft.faults;

import dev.weft.faults.NodeWire.Work;
import dev.weft.history.Operation.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Rows whose faults are cables pulled out; each node lives in a network namespace of its own. */
final class NetworkRows {
  private static final long MILLIS = 1_000;
  private static final int SPLIT_PATIENCE_MILLIS = 2_500;

  static final List<Row> ALL =
      List.of(
          new Row(
              5,
              "link owner–database down for 8 to 12 s, bus up",
              "register: read, write, compare-and-set",
              "the owner stops in time; nothing acknowledged without a commit; linearizable",
              3,
              true,
              NetworkRows::withoutDatabase),
          new Row(
              6,
              "link owner–peers down for 8 to 12 s, database up",
              "register, callers on both sides",
              "no second activation while the lease holds; linearizable",
              3,
              true,
              NetworkRows::withoutPeers),
          new Row(
              7,
              "bus split 2/1, database reachable by all, then merged",
              "list: append unique ids, read; register; callers on both sides, patient for 2.5 s",
              "callers on both sides get answers; I1 on all objects, before and after the merge;"
                  + " linearizable",
              3,
              true,
              NetworkRows::split));

  private static void withoutDatabase(Run run) throws Exception {
    run.begin(run.work("register"));
    run.pause(1_500, 2_500);
    while (run.timeFor(8 * MILLIS)) {
      int victim = run.anyHost();
      run.cluster().network().database(victim, false);
      run.fault("link to the database down");
      try {
        run.pause(8 * MILLIS, 12 * MILLIS);
      } finally {
        run.cluster().network().database(victim, true);
      }
      run.pause(3 * MILLIS, 5 * MILLIS);
    }
    run.finish();
    Checks.registers(run);
  }

  private static void withoutPeers(Run run) throws Exception {
    run.begin(run.work("register"));
    run.pause(1_500, 2_500);
    while (run.timeFor(8 * MILLIS)) {
      int victim = run.anyHost();
      run.cluster().network().bus(victim, false);
      run.fault("link to the peers down");
      try {
        run.pause(8 * MILLIS, 12 * MILLIS);
      } finally {
        run.cluster().network().bus(victim, true);
      }
      run.pause(5 * MILLIS, 8 * MILLIS);
    }
    run.finish();
    Checks.registers(run);
  }

  private static void split(Run run) throws Exception {
    Cluster cluster = run.cluster();
    Work lists = run.work("list", 200, 6).within(SPLIT_PATIENCE_MILLIS);
    Work registers = run.work("register", 200, 6).within(SPLIT_PATIENCE_MILLIS).apart("register");
    run.begin(lists);
    cluster.beginBeside(registers);
    run.pause(1_500, 2_500);
    int victim = run.anyHost();
    cluster.network().bus(victim, false);
    long from = System.nanoTime();
    run.fault("split 2/1");
    long until;
    try {
      Thread.sleep(run.seconds() * MILLIS * 2 / 3);
      until = System.nanoTime();
    } finally {
      cluster.network().bus(victim, true);
    }
    run.finish();
    run.note("errors during split and merge: " + cluster.errors());
    Checks.lists(run);
    Checks.registers(run, Workloads.REGISTER, registers.prefix());
    long[] answers = new long[2];
    for (int node = 0; node <= cluster.hosts(); node++) {
      answers[node == victim ? 0 : 1] +=
          answers(cluster.files(lists.prefix(), node), Workloads.LIST, from, until)
              + answers(cluster.files(registers.prefix(), node), Workloads.REGISTER, from, until);
    }
    run.note("answers during the split: %d alone, %d together".formatted(answers[0], answers[1]));
    if (answers[0] == 0 || answers[1] == 0) {
      run.violation("callers on one side got no answer during the split");
    }
  }

  /** How many calls were made and answered between these times. */
  private static <I, O> long answers(
      List<Path> files, Workload<?, I, O> workload, long from, long until) throws IOException {
    return Checks.read(files, workload).stream()
        .filter(call -> call.outcome() == Outcome.OK)
        .filter(call -> call.invoked() >= from && call.returned() <= until)
        .count();
  }

  private NetworkRows() {}
}
