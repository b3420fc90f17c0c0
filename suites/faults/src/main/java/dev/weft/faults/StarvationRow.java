package dev.weft.faults;

import dev.weft.faults.NodeWire.Work;
import dev.weft.history.Operation.Outcome;
import dev.weft.history.RegisterModel;
import java.util.List;

/** Row 15: a node that hardly runs, or stands still for a while. */
final class StarvationRow {
  private static final int PERIOD_MILLIS = 200;

  static final List<Row> ALL =
      List.of(
          new Row(
              15,
              "a node stopped for 80 to 97 % of the time in slices of 0.2 s; stopped for 3 to 6 s;"
                  + " full collections one after the other for 4 to 6 s",
              "registers whose reads trust the lease, and registers whose reads ask the database",
              "I3 in both modes; linearizable",
              3,
              false,
              StarvationRow::run));

  private static void run(Run run) throws Exception {
    Cluster cluster = run.cluster();
    Work usual = run.work("register", 100, 5);
    Work strict = run.work("strict", 100, 5).apart("strict");
    int buried = cluster.database().buried();
    run.begin(usual);
    cluster.beginBeside(strict);
    run.pause(1_000, 2_000);
    for (int round = run.random().nextInt(3); run.timeFor(2_000); round++) {
      int victim = run.anyHost();
      switch (round % 3) {
        case 0 -> starve(run, victim);
        case 1 -> stop(run, victim);
        default -> collect(run, victim);
      }
      run.pause(1_500, 2_500);
    }
    run.finish();
    long stopped = cluster.heaps().values().stream().mapToLong(NodeWire.Heap::stoppedMillis).sum();
    run.note(
        "collections stopped nodes for %d ms; %d burials; reads answered by lease %d, strictly %d"
            .formatted(
                stopped,
                cluster.database().buried() - buried,
                reads(run, Workloads.REGISTER, usual.prefix()),
                reads(run, Workloads.STRICT, strict.prefix())));
    Checks.registers(run);
    Checks.registers(run, Workloads.STRICT, strict.prefix());
  }

  private static void starve(Run run, int victim) throws Exception {
    int stoppedPercent = 80 + run.random().nextInt(18);
    int slices = 30 + run.random().nextInt(15);
    Signals.starve(
            run.cluster().node(victim).pid(),
            PERIOD_MILLIS * stoppedPercent / 100,
            PERIOD_MILLIS * (100 - stoppedPercent) / 100,
            slices)
        .waitFor();
    run.fault("starved of processors");
  }

  private static void stop(Run run, int victim) throws Exception {
    long millis = 3_000 + run.random().nextInt(3_000);
    Signals.pause(run.cluster().node(victim).pid(), millis).waitFor();
    run.fault("stopped for 3 to 6 s");
  }

  private static void collect(Run run, int victim) throws Exception {
    int millis = 4_000 + run.random().nextInt(2_000);
    run.cluster().collect(victim, millis);
    Thread.sleep(millis);
    run.fault("full collections for 4 to 6 s");
  }

  private static long reads(
      Run run, Workload<?, RegisterModel.Input, RegisterModel.Output> workload, String prefix)
      throws Exception {
    return Checks.read(run, workload, prefix).stream()
        .filter(call -> call.outcome() == Outcome.OK)
        .filter(call -> call.input() instanceof RegisterModel.Read)
        .count();
  }

  private StarvationRow() {}
}
