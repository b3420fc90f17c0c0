package dev.weft.gateway.metrics;

import dev.weft.contracts.MetricNames;
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

  /** Codes of errors that get a label of their own, of each class of status. */
  static final int MAX_CODES = 200;

  private static final String OTHER_MODELS = "other";
  private static final String OTHER_CODES = "other";
  private static final String NO_CODE = "none";

  /** Classes of status that are there, at 0, before the first request. */
  private static final int[] EXPECTED_CLASSES = {2, 4, 5};

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
  private final Map<String, Counter> clientErrors = new ConcurrentHashMap<>();
  private final Map<String, Counter> serverErrors = new ConcurrentHashMap<>();
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
        Timer.builder(MetricNames.GATEWAY_OVERHEAD)
            .description(
                "Time of a request spent in the gateway itself, its body's arrival excluded")
            .serviceLevelObjectives(FINE_BUCKETS)
            .register(registry);
    this.firstEvent =
        Timer.builder(MetricNames.GATEWAY_FIRST_EVENT)
            .description("Time from a streamed request to its first event")
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    this.cancelled =
        Counter.builder(MetricNames.GATEWAY_CANCELLED)
            .description("Requests whose client left before the answer was complete")
            .register(registry);
    this.streamErrors =
        Counter.builder(MetricNames.GATEWAY_STREAM_ERRORS)
            .description("Streams that ended with an error in band")
            .register(registry);
    this.knownCredentials = credentials("remembered");
    this.checkedCredentials = credentials("checked");
    Gauge.builder(MetricNames.GATEWAY_STREAMS_ACTIVE, activeStreams, AtomicInteger::get)
        .description("Streams open now")
        .register(registry);
    Gauge.builder(MetricNames.HTTP_CONNECTIONS_ACTIVE, openConnections)
        .description("Client connections open now")
        .register(registry);
    Gauge.builder(MetricNames.HTTP_REQUESTS_ACTIVE, activeRequests)
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
                  Counter.builder(MetricNames.GATEWAY_COMPLETIONS)
                      .description("Completions answered, by model")
                      .tag("model", label)
                      .tag("stream", Boolean.toString(stream))
                      .register(registry));
    }
    counter.increment();
  }

  /**
   * A client was answered with an error.
   *
   * @param status 400 and up
   * @param code of the error; null when there is none
   */
  public void error(int status, @Nullable String code) {
    Map<String, Counter> counters = status < 500 ? clientErrors : serverErrors;
    String name = code == null ? NO_CODE : code;
    Counter counter = counters.get(name);
    if (counter == null) {
      counter =
          counters.computeIfAbsent(
              counters.size() < MAX_CODES ? name : OTHER_CODES,
              label ->
                  Counter.builder(MetricNames.HTTP_ERRORS)
                      .description("Answers of 400 and more as clients see them")
                      .tag("code", label)
                      .tag("status", status < 500 ? "4xx" : "5xx")
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
    return Counter.builder(MetricNames.GATEWAY_CREDENTIALS)
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
      for (int statusClass : EXPECTED_CLASSES) {
        byClass[statusClass] = timer(statusClass);
      }
    }

    /** A request ended; status 499 is one whose client left. */
    public void record(int status, long nanos) {
      int statusClass = Math.clamp(status / 100, 0, 5);
      Timer timer = byClass[statusClass];
      if (timer == null) {
        timer = timer(statusClass);
        byClass[statusClass] = timer;
      }
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(int statusClass) {
      return Timer.builder(MetricNames.HTTP_REQUESTS)
          .description("HTTP requests by route and class of status")
          .tag("route", template)
          .tag("status", statusClass + "xx")
          .serviceLevelObjectives(BUCKETS)
          .register(registry);
    }
  }
}
