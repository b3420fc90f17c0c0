package dev.weft.testkit.faults;

import java.util.List;

/** Rows whose faults are cables pulled out; each node lives in a network namespace of its own. */
final class NetworkRows {
  private static final long MILLIS = 1_000;

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
              "list: append unique ids, read, callers on both sides",
              "I1 on all objects, before and after the merge; linearizable",
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
    run.begin(run.work("list"));
    run.pause(1_500, 2_500);
    int victim = run.anyHost();
    run.cluster().network().bus(victim, false);
    run.fault("split 2/1");
    try {
      Thread.sleep(run.seconds() * MILLIS * 2 / 3);
    } finally {
      run.cluster().network().bus(victim, true);
    }
    run.finish();
    run.note("errors during split and merge: " + run.cluster().errors());
    Checks.lists(run);
  }

  private NetworkRows() {}
}
