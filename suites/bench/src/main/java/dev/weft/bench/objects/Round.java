package dev.weft.bench.objects;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one round of a subject saw. Processor time is per operation that succeeded.
 *
 * @param ownCpuMillis of this process
 * @param databaseCpuMillis of the database's processes
 * @param otherCpuMillis of other processes
 * @param batch objects of a flush, on average; not a number when there was none
 * @param flushMillis from the sending of a flush to its answer, on average
 */
record Round(
    long operations,
    int failures,
    String firstFailure,
    double perSecond,
    double p50Millis,
    double p99Millis,
    double ownCpuMillis,
    double databaseCpuMillis,
    double otherCpuMillis,
    double batch,
    double flushMillis) {

  double cpuMillis() {
    return ownCpuMillis + databaseCpuMillis + otherCpuMillis;
  }

  /** Runs a closed loop for a while. */
  static Round of(
      Plant plant,
      Load load,
      int lanes,
      IntFunction<? extends @Nullable Future<?>> operation,
      double seconds) {
    Flushes before = Flushes.of(plant);
    Cpu.Seconds cpuBefore = plant.cpu.now();
    Load.Result result = load.run(lanes, seconds, operation);
    Cpu.Seconds cpu = plant.cpu.now().minus(cpuBefore);
    Flushes flushes = Flushes.of(plant).minus(before);
    double each = 1e3 / Math.max(1, result.nanos().length);
    return new Round(
        result.nanos().length,
        result.failures(),
        result.firstFailure(),
        result.perSecond(),
        result.millis(0.5),
        result.millis(0.99),
        cpu.own() * each,
        cpu.database() * each,
        cpu.others() * each,
        flushes.objects / flushes.count,
        flushes.millis / flushes.count);
  }

  private record Flushes(double count, double objects, double millis) {
    static Flushes of(Plant plant) {
      DistributionSummary batch = plant.registry.find("weft.objects.flush.objects").summary();
      Timer flush = plant.registry.find("weft.objects.flush").timer();
      return batch == null || flush == null
          ? new Flushes(0, 0, 0)
          : new Flushes(batch.count(), batch.totalAmount(), flush.totalTime(TimeUnit.MILLISECONDS));
    }

    Flushes minus(Flushes before) {
      return new Flushes(count - before.count, objects - before.objects, millis - before.millis);
    }
  }
}
