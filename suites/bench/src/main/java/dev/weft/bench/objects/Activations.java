package dev.weft.bench.objects;

import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What it takes to bring objects into memory, and how much of it they hold there. */
final class Activations {
  private static final int OBJECTS = 10_000;
  private static final int ALONE = 500;
  private static final int LIVE = 100_000;
  private static final int LANES = 64;
  private static final long PAUSE_MILLIS = 2_000;
  private static final double LONG = 300;
  private static final int STATE_BYTES = BoxObject.KEY.getBytes().length + Box.VALUE_BYTES;

  private final BenchSettings settings;
  private final Plant plant;
  private final Load load;

  Activations(BenchSettings settings, Plant plant) {
    this.settings = settings;
    this.plant = plant;
    this.load = new Load(plant.vertx, Plant.EVENT_LOOPS);
  }

  String activation() {
    List<Round> cold = new ArrayList<>();
    List<Round> warm = new ArrayList<>();
    List<Round> coldAlone = new ArrayList<>();
    List<Round> warmAlone = new ArrayList<>();
    // One more than is counted, to warm up.
    for (int i = 0; i <= settings.rounds(); i++) {
      String prefix = "cold-" + i + "-";
      List<ObjectId> ids = plant.makeCold(Box.BOXES, prefix, settings.scaled(OBJECTS));
      List<ObjectId> alone = plant.makeCold(Box.BOXES, prefix + "alone-", settings.scaled(ALONE));
      Round first = read(Box.BOXES, ids, LANES);
      Round firstAlone = read(Box.BOXES, alone, 1);
      evict(ids);
      evict(alone);
      Round again = read(Box.BOXES, ids, LANES);
      Round againAlone = read(Box.BOXES, alone, 1);
      evict(ids);
      evict(alone);
      if (i > 0) {
        cold.add(first);
        coldAlone.add(firstAlone);
        warm.add(again);
        warmAlone.add(againAlone);
      }
    }
    return "\n### Activation\n\nA read that has to take the object first; *cold*: never in this"
        + " process's memory; *warm*: dropped before. Neither had an owner.\n\n"
        + ResultTable.head("activation")
        + ResultTable.row("cold, 64 at once", cold)
        + ResultTable.row("warm, 64 at once", warm)
        + ResultTable.row("cold, one at a time", coldAlone)
        + ResultTable.row("warm, one at a time", warmAlone);
  }

  /** Reads each object once. */
  private Round read(Namespace<Box> namespace, List<ObjectId> ids, int lanes) {
    AtomicInteger next = new AtomicInteger();
    Round round =
        Round.of(
            plant,
            load,
            lanes,
            _ -> {
              int index = next.getAndIncrement();
              return index < ids.size()
                  ? plant.objects.stub(namespace, ids.get(index)).call(Box::value)
                  : null;
            },
            LONG);
    if (round.failures() > 0) {
      throw new IllegalStateException("objects could not be read: " + round.firstFailure());
    }
    return round;
  }

  private void evict(List<ObjectId> ids) {
    AtomicInteger next = new AtomicInteger();
    load.run(
        LANES,
        LONG,
        _ -> {
          int index = next.getAndIncrement();
          return index < ids.size() ? plant.objects.inspector().evict(ids.get(index)) : null;
        });
    for (ObjectId id : ids) {
      while (plant.host.has(id)) {
        Thread.onSpinWait();
      }
    }
  }

  /** Heap of objects that rest, beside their state. */
  String heap() throws InterruptedException {
    int count = settings.scaled(LIVE);
    List<ObjectId> ids = plant.makeCold(Box.RESTING, "live-", count);
    long before = usedHeap();
    Round round = read(Box.RESTING, ids, LANES);
    long live = ids.stream().filter(plant.host::has).count();
    long each = (usedHeap() - before) / Math.max(1, live);
    Verdicts verdicts = new Verdicts();
    verdicts.atMost("heap bytes of an idle object beside its state", each - STATE_BYTES, 4_096);
    return ResultTable.format(
            "%n### Memory%n%n%,d objects live at once, after a full collection: %,d bytes of heap"
                + " each, %d of them state; activated at %,.0f a second.%n%n",
            live, each, STATE_BYTES, round.perSecond())
        + verdicts;
  }

  private static long usedHeap() throws InterruptedException {
    System.gc();
    // A collection stops the renewal of the lease too: one at a time.
    Thread.sleep(PAUSE_MILLIS);
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
