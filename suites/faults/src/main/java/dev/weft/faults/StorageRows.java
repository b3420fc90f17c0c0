package dev.weft.faults;

import java.time.Duration;
import java.util.List;

/** Rows whose faults are done to PostgreSQL, or to the way there. */
final class StorageRows {
  static final List<Row> ALL =
      List.of(
          new Row(
              4,
              "a flush is sent and stuck on its way; its node is cut off, buried and succeeded;"
                  + " then it arrives",
              "list: append unique ids, read",
              "each acknowledged id once, order = index, linearizable",
              3,
              false,
              StorageRows::lateFlushes),
          new Row(
              8,
              "PostgreSQL immediate restart every 10 s",
              "bank: transfers over several keys, sums",
              "I5 I10: total constant, linearizable, no mass burial",
              3,
              false,
              StorageRows::restarts),
          new Row(
              9,
              "sessions terminated during a flush; answers lost after the commit; a resent flush"
                  + " arrives once more, late",
              "counter, with and without request ids",
              "exactly one effect each; values once",
              3,
              false,
              StorageRows::lostAnswers));

  private static void lateFlushes(Run run) throws Exception {
    Cluster cluster = run.cluster();
    run.begin(run.work("list", 200, 16));
    for (int i = 0; i < cluster.hosts(); i++) {
      // As through a pooler: burial cannot end the sessions of the dead, only the fence is left.
      cluster.proxy(i).hideNames(true);
      cluster.proxy(i).mend();
    }
    run.pause(1_500, 2_500);
    boolean readsOnly = false;
    while (run.timeFor(0)) {
      int victim = run.anyHost();
      PgProxy proxy = cluster.proxy(victim);
      int dead = cluster.database().buried();
      List<PgProxy.Pair> stuck = holdFlushes(run, proxy);
      proxy.cut();
      run.fault("cut off with flushes on their way");
      for (int i = 0; i < 100 && cluster.database().buried() == dead; i++) {
        Thread.sleep(100);
      }
      if (readsOnly) {
        // Successors take over by reads alone: had they committed, the sequence alone would keep
        // the late flush out.
        cluster.change(run.work("readers", 200, 16));
      }
      run.pause(1_500, 2_000);
      PgProxy.sever(stuck);
      int late = PgProxy.deliver(stuck);
      for (int i = 0; i < late; i++) {
        run.fault("connection whose requests arrived late");
      }
      run.pause(200, 600);
      proxy.mend();
      if (readsOnly) {
        cluster.change(run.work("list", 200, 16));
      }
      readsOnly = !readsOnly;
      run.pause(3_000, 4_000);
    }
    for (int i = 0; i < cluster.hosts(); i++) {
      cluster.proxy(i).hideNames(false);
    }
    run.finish();
    Checks.lists(run);
  }

  /** Lets flushes that carry much be stuck on their way. */
  private static List<PgProxy.Pair> holdFlushes(Run run, PgProxy proxy) throws Exception {
    List<PgProxy.Pair> stuck;
    AutoCloseable stalled = run.cluster().database().stallCommits();
    try {
      // Much gathers behind the commits that wait; what is sent next carries it all.
      run.pause(400, 700);
      stuck = proxy.hold();
    } finally {
      stalled.close();
    }
    // The answers of those that waited arrive, and the next ones are sent.
    Thread.sleep(100);
    return stuck;
  }

  private static void restarts(Run run) throws Exception {
    Cluster cluster = run.cluster();
    int dead = cluster.database().buried();
    run.begin(run.work("bank"));
    run.pause(1_500, 2_500);
    while (run.timeFor(2_000)) {
      cluster.database().restartImmediately(Duration.ofMillis(run.random().nextInt(1_000)));
      run.fault("immediate restart");
      run.pause(6_000, 9_000);
    }
    run.finish();
    int buried = cluster.database().buried() - dead;
    run.note(buried + " burials");
    if (buried >= cluster.hosts()) {
      run.violation(buried + " nodes were buried for an outage of the database: mass burial");
    }
    Checks.banks(run);
  }

  private static void lostAnswers(Run run) throws Exception {
    Cluster cluster = run.cluster();
    run.begin(run.work("counter"));
    run.pause(1_000, 1_500);
    int round = 0;
    while (run.timeFor(3_000)) {
      int victim = run.anyHost();
      PgProxy proxy = cluster.proxy(victim);
      switch (round++ % 3) {
        case 0 -> {
          int ended = 0;
          for (int i = 0; i < 50 && ended == 0; i++) {
            ended = cluster.database().terminateCommitting();
          }
          run.fault("session terminated during its flush");
        }
        case 1 -> {
          proxy.loseAnswers(20);
          run.fault("answers lost");
        }
        default -> late(run, victim);
      }
      run.pause(200, 900);
    }
    run.finish();
    Checks.counters(run);
  }

  /** A flush is stuck, is sent again on another connection, and arrives late all the same. */
  private static void late(Run run, int victim) throws Exception {
    Cluster cluster = run.cluster();
    List<PgProxy.Pair> stuck = holdFlushes(run, cluster.proxy(victim));
    PgProxy.sever(stuck);
    // The node connects anew and goes on.
    run.pause(600, 900);
    PgProxy.deliver(stuck);
    Thread.sleep(150);
    run.fault("resent flush arrives once more, then kill -9");
    // The successor knows only what the database holds.
    cluster.kill(victim);
    cluster.restart(victim);
  }

  private StorageRows() {}
}
