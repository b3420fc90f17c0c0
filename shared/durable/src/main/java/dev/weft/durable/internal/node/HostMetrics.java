package dev.weft.durable.internal.node;

import dev.weft.contracts.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/** What a host counts. Thread-safe. */
public final class HostMetrics {
  private final MeterRegistry registry;
  private final LongAdder turns = new LongAdder();
  private final LongAdder failedTurns = new LongAdder();
  private final LongAdder pushes = new LongAdder();
  private final LongAdder pushedItems = new LongAdder();
  private final DistributionSummary batch;
  private final Timer flush;
  private final Timer alarmLag;
  private final Map<String, Counter> ended = new ConcurrentHashMap<>();

  public HostMetrics(MeterRegistry registry) {
    this.registry = registry;
    count(MetricNames.OBJECTS_TURNS, "Turns ended", turns, LongAdder::doubleValue);
    count(
        MetricNames.OBJECTS_TURNS_FAILED, "Turns that threw", failedTurns, LongAdder::doubleValue);
    count(
        MetricNames.OBJECTS_WATCH_MESSAGES,
        "Messages to nodes that watch objects",
        pushes,
        LongAdder::doubleValue);
    count(
        MetricNames.OBJECTS_WATCH_ITEMS,
        "Items in these messages",
        pushedItems,
        LongAdder::doubleValue);
    batch =
        DistributionSummary.builder(MetricNames.OBJECTS_FLUSH_OBJECTS)
            .description("Objects committed by one statement")
            .register(registry);
    flush =
        Timer.builder(MetricNames.OBJECTS_FLUSH)
            .description("Commit statements")
            .register(registry);
    alarmLag =
        Timer.builder(MetricNames.OBJECTS_ALARM_LAG)
            .description("From when an alarm is due to when it is taken")
            .register(registry);
  }

  private <T> void count(String name, String description, T source, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, source, value).description(description).register(registry);
  }

  /** Shows a number that is read when asked. */
  public <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
    Gauge.builder(name, source, value).description(description).register(registry);
  }

  /** A turn has ended. */
  public void turn(boolean failed) {
    turns.increment();
    if (failed) {
      failedTurns.increment();
    }
  }

  public void flushed(int objects, long nanos) {
    batch.record(objects);
    flush.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A message with so many items goes to a node that watches. */
  public void pushed(int items) {
    pushes.increment();
    pushedItems.add(items);
  }

  public void alarm(long lagMillis) {
    alarmLag.record(Duration.ofMillis(Math.max(0, lagMillis)));
  }

  /** An instance has ended for a reason other than being idle. */
  public void ended(String code) {
    ended
        .computeIfAbsent(
            code,
            reason ->
                Counter.builder(MetricNames.OBJECTS_ENDED)
                    .description("Instances that ended for a reason other than being idle")
                    .tag("code", reason)
                    .register(registry))
        .increment();
  }
}
