package dev.weft.chat.provider;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.health.HealthReport;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How the last call to a provider ended. No call is made to find out: calls cost money. */
public final class ProviderHealth {

  private record Last(long atNanos, @Nullable WeftError failure) {}

  private final LongSupplier nanoClock;
  private final AtomicReference<@Nullable Last> last = new AtomicReference<>();

  ProviderHealth(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  private long seconds(Last since) {
    return TimeUnit.NANOSECONDS.toSeconds(nanoClock.getAsLong() - since.atNanos());
  }

  void succeeded() {
    Last now = last.get();
    // Writing on every call would make all event loops share one cache line for nothing.
    if (now == null || now.failure() != null || seconds(now) >= 1) {
      last.set(new Last(nanoClock.getAsLong(), null));
    }
  }

  /** Notes a failure that is the provider's, not the request's. */
  void failed(WeftError failure) {
    last.set(new Last(nanoClock.getAsLong(), failure));
  }

  /** A line of the health report. */
  public HealthReport.Check check(Provider provider) {
    String name = "provider " + provider.name();
    String key =
        provider.keyOrigin().isEmpty()
            ? "without a key"
            : "with the key of " + provider.keyOrigin();
    String what = provider.baseUrl() + ", " + key;
    Last seen = last.get();
    if (seen == null) {
      return new HealthReport.Check(name, HealthReport.UP, what + "; not called yet", null);
    }
    String when = seconds(seen) + " s ago";
    return seen.failure() == null
        ? new HealthReport.Check(name, HealthReport.UP, what + "; answered " + when, null)
        : new HealthReport.Check(
            name,
            HealthReport.DEGRADED,
            what + "; failed " + when + ": " + seen.failure().message(),
            "See whether the provider is reachable and accepts the key.");
  }
}
