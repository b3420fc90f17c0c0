package dev.weft.faults;

import java.util.List;

/** Rows whose faults are done to the processes of nodes. */
final class ProcessRows {
  /** Twice the time of a lease. */
  private static final long LONG_PAUSE_MILLIS = 10_000;

  static final List<Row> ALL =
      List.of(
          new Row(
              1,
              "none, 3 nodes",
              "register: read, write, compare-and-set",
              "I1 I3, linearizable",
              3,
              false,
              ProcessRows::undisturbed),
          new Row(
              2,
              "kill -9 of an owner every 5 s, every other time while commits are stalled",
              "counter, with and without request ids",
              "I1 I10: values once, acknowledged ≤ final ≤ acknowledged + unknown",
              3,
              false,
              ProcessRows::kills),
          new Row(
              3,
              "SIGSTOP of an owner for two leases amid turns, then SIGCONT",
              "bank: transfers, and sums that take 0.4 s and read the database",
              "I1 I3 I7: no stale or torn read, linearizable",
              3,
              false,
              ProcessRows::pauses));

  private static void undisturbed(Run run) throws Exception {
    run.begin(run.work("register"));
    run.finish();
    Checks.registers(run);
  }

  private static void kills(Run run) throws Exception {
    Cluster cluster = run.cluster();
    run.begin(run.work("counter"));
    boolean stall = true;
    // A burial takes a lease; work goes on afterwards for a while, or nothing would be seen.
    while (run.timeFor(6_000)) {
      int victim = run.anyHost();
      run.pause(500, 2_000);
      if (stall) {
        // Answers that left before their commit would be lost for sure with the node.
        try (AutoCloseable stalled = cluster.database().stallCommits()) {
          run.pause(150, 400);
          cluster.kill(victim);
        }
        run.fault("kill -9 amid stalled commits");
      } else {
        cluster.kill(victim);
        run.fault("kill -9");
      }
      stall = !stall;
      run.pause(500, 1_500);
      cluster.restart(victim);
    }
    run.finish();
    Checks.counters(run);
  }

  private static void pauses(Run run) throws Exception {
    Cluster cluster = run.cluster();
    // Only callers on the node that is stopped can be misled by it: the slow sums are theirs, so
    // that a pause meets many of them in their middle, while all others transfer.
    int victim = run.anyHost();
    run.begin(run.work("bank", 200, 24));
    cluster.beginAt(victim, run.work("audit", 200, 40));
    run.pause(2_500, 3_500);
    for (int round = 0; run.timeFor(0); round++) {
      List<PgProxy.Pair> reads = List.of();
      if (round % 2 == 0) {
        // The last reads of these sums are stuck on their way before the node is stopped ...
        reads = cluster.proxy(victim).hold();
        Thread.sleep(500);
      }
      Process pause = Signals.pause(cluster.node(victim).pid(), LONG_PAUSE_MILLIS);
      if (round % 2 == 0) {
        // ... and answered, by what the successors wrote, before it goes on.
        Thread.sleep(LONG_PAUSE_MILLIS - 1_500);
        PgProxy.deliver(reads);
        run.fault("reads answered during the pause");
      }
      run.fault("SIGSTOP for 10 s");
      pause.waitFor();
      run.pause(2_000, 3_000);
    }
    run.finish();
    Checks.banks(run);
  }

  private ProcessRows() {}
}
