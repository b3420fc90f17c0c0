package dev.weft.bench.objects;

import dev.weft.durable.Stub;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Many alarms due at once: how fast they fire, each with a durable write of its own. */
final class AlarmBench {
  private static final int OBJECTS = 20_000;
  private static final int LANES = 512;
  private static final long LEAD_MILLIS = 3_000;
  private static final long LOOK_MILLIS = 20;
  private static final long LONGEST_MILLIS = 120_000;

  static String run(BenchSettings settings, Plant plant) throws InterruptedException {
    int count = settings.scaled(OBJECTS);
    double[] perSecond = new double[settings.rounds()];
    double[] cpuMillis = new double[settings.rounds()];
    for (int round = 0; round < settings.rounds(); round++) {
      arm(plant, count);
      long first = plant.number("SELECT min(due_millis) FROM do_alarm");
      while (databaseMillis(plant) < first) {
        Thread.sleep(LOOK_MILLIS);
      }
      Cpu.Seconds before = plant.cpu.now();
      long start = System.nanoTime();
      while (plant.number("SELECT count(*) FROM do_alarm") > 0) {
        if (System.nanoTime() - start > LONGEST_MILLIS * 1_000_000) {
          throw new IllegalStateException("alarms have not fired for " + LONGEST_MILLIS + " ms");
        }
        Thread.sleep(LOOK_MILLIS);
      }
      perSecond[round] = count / ((System.nanoTime() - start) / 1e9);
      cpuMillis[round] = plant.cpu.now().minus(before).all() * 1e3 / count;
    }
    return ResultTable.format(
        "%n### Alarms%n%n%,d alarms due at the same time, objects in memory, each alarm writes:"
            + " **%,.0f alarms/s**, %.4f CPU ms each.%n",
        count, ResultTable.median(perSecond), ResultTable.median(cpuMillis));
  }

  /** Sets the alarms of all objects to one time, after all of them are set. */
  private static void arm(Plant plant, int count) {
    long due = databaseMillis(plant) + LEAD_MILLIS + count / 2;
    List<Stub<Bell>> stubs =
        IntStream.range(0, count)
            .mapToObj(i -> plant.objects.stub(Bell.BELLS, "bell-" + i))
            .toList();
    AtomicInteger next = new AtomicInteger();
    Load load = new Load(plant.vertx, Plant.EVENT_LOOPS);
    Load.Result armed =
        load.run(
            LANES,
            LONGEST_MILLIS / 1e3,
            _ -> {
              int index = next.getAndIncrement();
              return index < count ? arm(stubs.get(index), due) : null;
            });
    if (armed.failures() > 0) {
      throw new IllegalStateException("alarms were not set: " + armed.firstFailure());
    }
  }

  private static Future<?> arm(Stub<Bell> stub, long due) {
    return stub.run(bell -> bell.arm(due));
  }

  private static long databaseMillis(Plant plant) {
    return plant.number("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
  }

  private AlarmBench() {}
}
