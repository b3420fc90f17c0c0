package dev.weft.node.internal;

import dev.weft.contracts.MetricNames;
import dev.weft.contracts.Reason;
import dev.weft.mesh.BusMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Measures calls over the bus. The meters of an endpoint are made when it is first served, all at
 * 0, and kept by the mesh: a call searches nothing. Thread-safe.
 */
final class BusMetrics implements BusMeters {
  /** Endpoints with a label of their own; a program that joins may bring more. */
  static final int MAX_ENDPOINTS = 500;

  private static final String OTHER = "other";
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
  };

  private final MeterRegistry registry;

  /** The registry holds what it shows weakly. */
  @SuppressWarnings("UnusedVariable")
  private @Nullable Load shown;

  private final AtomicInteger endpoints = new AtomicInteger();

  BusMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** What a call came to. */
  private enum Result {
    OK,
    /** It was the caller's fault. */
    REJECTED,
    CANCELLED,
    /** It was ours, or that of what we depend on. */
    FAILED;

    static Result of(@Nullable Reason failure) {
      if (failure == null) {
        return OK;
      }
      return switch (failure) {
        case CANCELLED -> CANCELLED;
        case INTERNAL, UPSTREAM, UNAVAILABLE, TIMEOUT, OVERLOADED -> FAILED;
        default -> REJECTED;
      };
    }
  }

  @Override
  public EndpointMeter of(String endpoint) {
    return new Meters(registry, endpoints.incrementAndGet() <= MAX_ENDPOINTS ? endpoint : OTHER);
  }

  @Override
  public void show(Load load) {
    shown = load;
    Gauge.builder(MetricNames.BUS_CALLS_ACTIVE, load, Load::running)
        .description("Calls that run on this node, streams among them")
        .register(registry);
    Gauge.builder(MetricNames.BUS_STREAMS_ACTIVE, load, Load::streams)
        .description("Streams that this node produces")
        .register(registry);
    FunctionCounter.builder(MetricNames.BUS_UNANSWERED, load, Load::unavailable)
        .description("Calls of this node that nobody took or answered in time")
        .tag("reason", Reason.UNAVAILABLE.word())
        .register(registry);
    FunctionCounter.builder(MetricNames.BUS_UNANSWERED, load, Load::late)
        .description("Calls of this node that nobody took or answered in time")
        .tag("reason", Reason.TIMEOUT.word())
        .register(registry);
  }

  private static final class Meters implements EndpointMeter {
    private final Map<Result, Timer> calls = new EnumMap<>(Result.class);
    private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);
    private final Counter otherwise;

    Meters(MeterRegistry registry, String endpoint) {
      for (Result result : Result.values()) {
        calls.put(
            result,
            Timer.builder(MetricNames.BUS_CALLS)
                .description("Calls that this node answered")
                .tag("endpoint", endpoint)
                .tag("outcome", result.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(BUCKETS)
                .register(registry));
      }
      for (Reason reason :
          new Reason[] {Reason.OVERLOADED, Reason.DENIED, Reason.UNAUTHENTICATED}) {
        refused.put(reason, refused(registry, endpoint, reason.word()));
      }
      otherwise = refused(registry, endpoint, OTHER);
    }

    private static Counter refused(MeterRegistry registry, String endpoint, String reason) {
      return Counter.builder(MetricNames.BUS_REFUSED)
          .description("Calls that did not get to a handler")
          .tag("endpoint", endpoint)
          .tag("reason", reason)
          .register(registry);
    }

    @Override
    public void ended(@Nullable Reason failure, long nanos) {
      Objects.requireNonNull(calls.get(Result.of(failure))).record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void refused(Reason why) {
      refused.getOrDefault(why, otherwise).increment();
    }
  }
}
