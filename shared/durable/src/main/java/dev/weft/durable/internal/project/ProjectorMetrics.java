package dev.weft.durable.internal.project;

import dev.weft.contracts.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What is measured of a projection. Thread-safe. */
final class ProjectorMetrics {
  private final Counter applied;
  private final Counter failed;
  private volatile long waiting;
  private volatile double lagSeconds;
  private volatile long held;

  ProjectorMetrics(MeterRegistry registry, String projection) {
    this.applied =
        Counter.builder(MetricNames.PROJECTION_APPLIED)
            .description("Records applied by this node")
            .tag("projection", projection)
            .register(registry);
    this.failed =
        Counter.builder(MetricNames.PROJECTION_FAILED)
            .description("Attempts at a record that failed")
            .tag("projection", projection)
            .register(registry);
    Gauge.builder(MetricNames.PROJECTION_WAITING, () -> waiting)
        .description("Records that are not applied yet; more than 10,000 count as so many")
        .tag("projection", projection)
        .register(registry);
    Gauge.builder(MetricNames.PROJECTION_LAG, () -> lagSeconds)
        .description("Age of the oldest record that is not applied yet, those on hold apart")
        .baseUnit("seconds")
        .tag("projection", projection)
        .register(registry);
    Gauge.builder(MetricNames.PROJECTION_HELD, () -> held)
        .description("Objects with a record that cannot be applied")
        .tag("projection", projection)
        .register(registry);
  }

  void applied(int count) {
    applied.increment(count);
  }

  void failed() {
    failed.increment();
  }

  void lag(long nowWaiting, double nowLagSeconds, long nowHeld) {
    waiting = nowWaiting;
    lagSeconds = nowLagSeconds;
    held = nowHeld;
  }
}
