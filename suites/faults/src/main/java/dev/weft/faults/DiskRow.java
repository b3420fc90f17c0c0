package dev.weft.faults;

import dev.weft.faults.NodeWire.Work;
import dev.weft.history.CounterModel;
import dev.weft.history.ListModel;
import dev.weft.history.Operation;
import dev.weft.history.Operation.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Row 10: a disk that is slow, and then full. */
final class DiskRow {
  private static final String OVERLOADED = "object:mailbox.overloaded ";
  private static final int HOT_OBJECTS = 2;
  private static final int FLOOD_PAUSE_MILLIS = 3;
  private static final int MAX_HEAP_MEGABYTES = NodeProcess.HEAP_MEGABYTES / 2;

  static final List<Row> ALL =
      List.of(
          new Row(
              10,
              "commits stall for 200 ms again and again, at times for 3 s; then the database's disk"
                  + " is full",
              "list: append unique ids, read; two objects that wait for each of their commits are"
                  + " flooded: 300 calls a second each, none waiting for another",
              "no answer while commits stall; calls beyond the mailbox are `overloaded` and have no"
                  + " effect; heaps stay below %d of %d MB; nothing acknowledged is lost"
                      .formatted(MAX_HEAP_MEGABYTES, NodeProcess.HEAP_MEGABYTES),
              3,
              false,
              DiskRow::run));

  /** From one time to another. */
  private record Span(long fromNanos, long untilNanos) {
    boolean sees(long nanos) {
      return nanos >= fromNanos && nanos <= untilNanos;
    }
  }

  private static void run(Run run) throws Exception {
    Cluster cluster = run.cluster();
    run.begin(run.work("list"));
    Work flood = run.work("flood", HOT_OBJECTS, HOT_OBJECTS).every(FLOOD_PAUSE_MILLIS);
    Work amidStalls = flood.apart("stalled");
    // Apart from the other, so that no call of it ends unknown: what is refused then shows exactly.
    Work amidFullDisk = flood.apart("full");
    cluster.beginAt(cluster.hosts(), amidStalls);
    List<Span> stalls = stall(run);
    cluster.beginAt(cluster.hosts(), amidFullDisk);
    run.pause(1_500, 2_000);
    Span full = fillDisk(run);
    run.finish();
    Checks.lists(run);
    Checks.counters(run, Workloads.HOT, amidStalls.prefix());
    Checks.counters(run, Workloads.HOT, amidFullDisk.prefix());
    answersWaited(run, stalls, amidStalls.prefix());
    longestAnswer(run, full);
    overloaded(run);
    heapsAreBounded(run);
  }

  private static List<Span> stall(Run run) throws Exception {
    List<Span> stalls = new ArrayList<>();
    for (int round = 0; run.timeFor(run.seconds() * 500L); round++) {
      boolean overflowing = round % 8 == 3;
      try (AutoCloseable ignored = run.cluster().database().stallCommits()) {
        long from = System.nanoTime();
        Thread.sleep(overflowing ? 3_000 : 200);
        stalls.add(new Span(from, System.nanoTime()));
      }
      run.fault("commits stalled for " + (overflowing ? "3 s" : "200 ms"));
      run.pause(10, 60);
    }
    return stalls;
  }

  /** Commits that need room fail meanwhile, and are tried again. */
  private static Span fillDisk(Run run) throws Exception {
    Path disk = run.cluster().directory().resolve("postgres");
    if (!SmallDisk.is(disk)) {
      run.note("the full disk was not run: no small file system could be mounted here");
      return new Span(0, 0);
    }
    long from = System.nanoTime();
    Path filler = disk.resolve("filler");
    SmallDisk.fill(filler);
    run.fault("disk full for 4 s");
    Thread.sleep(4_000);
    Files.delete(filler);
    run.cluster().database().startIfDown();
    return new Span(from, System.nanoTime());
  }

  // ---- what must hold

  /** Whatever was sent while nothing could be committed was not acknowledged before that ended. */
  private static void answersWaited(Run run, List<Span> stalls, String flooded) throws Exception {
    List<Operation<?, ?>> writes = new ArrayList<>();
    for (Operation<ListModel.Input, ListModel.Output> call : Checks.read(run, Workloads.LIST)) {
      if (call.outcome() == Outcome.OK && call.input() instanceof ListModel.Append) {
        writes.add(call);
      }
    }
    for (Operation<CounterModel.Input, Long> call : Checks.read(run, Workloads.HOT, flooded)) {
      if (call.outcome() == Outcome.OK) {
        writes.add(call);
      }
    }
    int waited = 0;
    for (Operation<?, ?> write : writes) {
      for (Span stall : stalls) {
        if (stall.sees(write.invoked())) {
          if (stall.sees(write.returned())) {
            run.violation(write.object() + ": acknowledged while commits stalled: " + write);
          }
          waited++;
        }
      }
    }
    if (waited == 0) {
      run.violation("no acknowledged write was sent while commits stalled: nothing was shown");
    }
    run.note(waited + " writes sent amid stalls were acknowledged after them");
  }

  /** What fits into room that is there already is committed, so that not every answer waits. */
  private static void longestAnswer(Run run, Span full) throws Exception {
    long longest =
        Checks.read(run, Workloads.LIST).stream()
            .filter(call -> call.outcome() == Outcome.OK && full.sees(call.invoked()))
            .mapToLong(call -> (call.returned() - call.invoked()) / 1_000_000)
            .max()
            .orElse(0);
    run.note("longest answer while the disk was full " + longest + " ms");
  }

  private static void overloaded(Run run) {
    long refused = 0;
    for (Map.Entry<String, Long> error : run.cluster().errors().entrySet()) {
      if (error.getKey().equals(OVERLOADED + "NOT_EXECUTED")) {
        refused += error.getValue();
      } else if (error.getKey().startsWith(OVERLOADED)) {
        run.violation(error.getValue() + " calls beyond a mailbox ended as " + error.getKey());
      }
    }
    if (refused == 0) {
      run.violation("no call was answered " + OVERLOADED + "although calls outran the commits");
    }
    run.note(refused + " calls overloaded");
  }

  private static void heapsAreBounded(Run run) {
    Map<Integer, NodeWire.Heap> heaps = run.cluster().heaps();
    long peak = 0;
    long left = 0;
    for (int node = 0; node <= run.cluster().hosts(); node++) {
      NodeWire.Heap heap = heaps.get(node);
      if (heap == null) {
        run.violation("node " + node + " has ended, though nobody ended it");
        continue;
      }
      if (heap.peakMegabytes() > MAX_HEAP_MEGABYTES) {
        run.violation("node " + node + " had " + heap.peakMegabytes() + " MB of heap in use");
      }
      peak = Math.max(peak, heap.peakMegabytes());
      left = Math.max(left, heap.leftMegabytes());
    }
    run.note("heaps at most %d MB, %d MB afterwards".formatted(peak, left));
  }

  private DiskRow() {}
}
