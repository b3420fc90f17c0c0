package dev.weft.chat.provider;

import dev.weft.chat.wire.Usage;
import dev.weft.contracts.MetricNames;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counters of completions. Thread-safe. Names of models come from clients, so that only a bounded
 * number of them get a series of their own.
 */
public final class ChatMetrics {

  private static final int MAX_MODELS = 200;
  private static final String OTHER = "other";

  /** What providers usually fail with. */
  private static final Reason[] EXPECTED = {
    Reason.UPSTREAM, Reason.UNAVAILABLE, Reason.TIMEOUT, Reason.RATE_LIMITED, Reason.QUOTA
  };

  private record Key(String provider, String model) {}

  private record Meters(Counter prompt, Counter completion, Timer duration, Timer firstToken) {}

  private final MeterRegistry registry;
  private final Map<Key, Meters> meters = new ConcurrentHashMap<>();

  public ChatMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Has the counters of a provider be there, at 0, before anything happens. */
  public void expect(String provider) {
    for (Reason reason : EXPECTED) {
      registry.counter(MetricNames.CHAT_ERRORS, "provider", provider, "reason", reason.word());
    }
    registry.counter(MetricNames.CHAT_REPAIRED, "provider", provider);
    registry.counter(MetricNames.CHAT_CANCELLED, "provider", provider);
  }

  /** Notes a completion that ended well. */
  public void completed(String provider, String model, Usage usage, long nanos) {
    Meters to = meters(provider, model);
    to.prompt().increment(usage.prompt());
    to.completion().increment(usage.completion());
    to.duration().record(Duration.ofNanos(nanos));
  }

  /** Notes tokens of a completion that did not end well. */
  public void used(String provider, String model, Usage usage) {
    if (usage.prompt() + usage.completion() > 0) {
      Meters to = meters(provider, model);
      to.prompt().increment(usage.prompt());
      to.completion().increment(usage.completion());
    }
  }

  /** Notes how long the first event of a stream took. */
  public void firstToken(String provider, String model, long nanos) {
    meters(provider, model).firstToken().record(Duration.ofNanos(nanos));
  }

  /** Notes a completion that failed. */
  public void failed(String provider, WeftError error) {
    registry
        .counter(MetricNames.CHAT_ERRORS, "provider", provider, "reason", error.reason().word())
        .increment();
  }

  /** Notes answers or events that had bytes which are no UTF-8, or control characters in texts. */
  public void repaired(String provider, int count) {
    if (count > 0) {
      registry.counter(MetricNames.CHAT_REPAIRED, "provider", provider).increment(count);
    }
  }

  /** Notes a completion that the client gave up. */
  public void cancelled(String provider) {
    registry.counter(MetricNames.CHAT_CANCELLED, "provider", provider).increment();
  }

  private Meters meters(String provider, String model) {
    Key key = new Key(provider, model);
    Meters known = meters.get(key);
    if (known != null) {
      return known;
    }
    Key bounded = meters.size() < MAX_MODELS ? key : new Key(provider, OTHER);
    return meters.computeIfAbsent(bounded, this::register);
  }

  private Meters register(Key key) {
    String[] tags = {"provider", key.provider(), "model", key.model()};
    return new Meters(
        Counter.builder(MetricNames.CHAT_TOKENS)
            .tags(tags)
            .tag("type", "prompt")
            .register(registry),
        Counter.builder(MetricNames.CHAT_TOKENS)
            .tags(tags)
            .tag("type", "completion")
            .register(registry),
        Timer.builder(MetricNames.CHAT_UPSTREAM_DURATION).tags(tags).register(registry),
        Timer.builder(MetricNames.CHAT_TIME_TO_FIRST_TOKEN).tags(tags).register(registry));
  }
}
