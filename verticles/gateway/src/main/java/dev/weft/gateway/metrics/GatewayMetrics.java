package dev.weft.gateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's meters. Each is looked up once and kept, so that recording costs no search by tags.
 * Thread-safe.
 */
public final class GatewayMetrics {
  /** Models that get a label of their own; requests for others are counted together. */
  static final int MAX_MODELS = 100;

  private static final String OTHER_MODELS = "other";
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60),
  };
  private static final Duration[] FINE_BUCKETS = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
  };

  private final MeterRegistry registry;
  private final Timer overhead;
  private final Timer firstEvent;
  private final Counter cancelled;
  private final Counter streamErrors;
  private final Counter knownCredentials;
  private final Counter checkedCredentials;
  private final Map<String, RouteMeters> routes = new ConcurrentHashMap<>();
  private final Map<String, Counter> models = new ConcurrentHashMap<>();
  private final Map<String, Counter> streamedModels = new ConcurrentHashMap<>();
  private final AtomicInteger activeStreams = new AtomicInteger();

  /**
   * @param openConnections how many there are now
   * @param activeRequests how many there are now
   */
  public GatewayMetrics(
      MeterRegistry registry, Supplier<Number> openConnections, Supplier<Number> activeRequests) {
    this.registry = registry;
    this.overhead =
        Timer.builder("weft.gateway.overhead")
            .description(
                "Time of a request spent in the gateway itself, its body's arrival excluded")
            .serviceLevelObjectives(FINE_BUCKETS)
            .register(registry);
    this.firstEvent =
        Timer.builder("weft.gateway.first.event")
            .description("Time from a streamed request to its first event")
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    this.cancelled =
        Counter.builder("weft.gateway.cancelled")
            .description("Requests whose client left before the answer was complete")
            .register(registry);
    this.streamErrors =
        Counter.builder("weft.gateway.stream.errors")
            .description("Streams that ended with an error in band")
            .register(registry);
    this.knownCredentials = credentials("remembered");
    this.checkedCredentials = credentials("checked");
    Gauge.builder("weft.gateway.streams.active", activeStreams, AtomicInteger::get)
        .description("Streams open now")
        .register(registry);
    Gauge.builder("weft.http.connections.active", openConnections)
        .description("Client connections open now")
        .register(registry);
    Gauge.builder("weft.http.requests.active", activeRequests)
        .description("Requests worked on now")
        .register(registry);
  }

  /** The meters of a route, by its template. */
  public RouteMeters route(String template) {
    return routes.computeIfAbsent(template, RouteMeters::new);
  }

  /** A completion was answered; only models that exist get here, so the label stays bounded. */
  public void completed(@Nullable String model, boolean stream) {
    Map<String, Counter> counters = stream ? streamedModels : models;
    String name = model == null ? OTHER_MODELS : model;
    Counter counter = counters.get(name);
    if (counter == null) {
      counter =
          counters.computeIfAbsent(
              counters.size() < MAX_MODELS ? name : OTHER_MODELS,
              label ->
                  Counter.builder("weft.gateway.completions")
                      .description("Completions answered, by model")
                      .tag("model", label)
                      .tag("stream", Boolean.toString(stream))
                      .register(registry));
    }
    counter.increment();
  }

  public void overhead(long nanos) {
    overhead.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void firstEvent(long nanos) {
    firstEvent.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void cancelled() {
    cancelled.increment();
  }

  public void streamError() {
    streamErrors.increment();
  }

  public void credential(boolean remembered) {
    (remembered ? knownCredentials : checkedCredentials).increment();
  }

  public void streamOpened() {
    activeStreams.incrementAndGet();
  }

  public void streamClosed() {
    activeStreams.decrementAndGet();
  }

  private Counter credentials(String how) {
    return Counter.builder("weft.gateway.credentials")
        .description("Requests by how their credential was checked")
        .tag("how", how)
        .register(registry);
  }

  /** Requests of one route by class of status. */
  public final class RouteMeters {
    private final @Nullable Timer[] byClass = new Timer[6];
    private final String template;

    private RouteMeters(String template) {
      this.template = template;
    }

    /** A request ended; status 499 is one whose client left. */
    public void record(int status, long nanos) {
      int statusClass = Math.clamp(status / 100, 0, 5);
      Timer timer = byClass[statusClass];
      if (timer == null) {
        timer =
            Timer.builder("weft.http.requests")
                .description("HTTP requests by route and class of status")
                .tag("route", template)
                .tag("status", statusClass + "xx")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        byClass[statusClass] = timer;
      }
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
