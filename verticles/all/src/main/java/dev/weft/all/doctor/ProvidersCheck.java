package dev.weft.all.doctor;

import dev.weft.chat.provider.Provider;
import dev.weft.chat.provider.ProviderProbe;
import dev.weft.chat.provider.Providers;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.node.StartFailure;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.http.Outbound;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether model providers are reachable, take their keys and list models. Costs no tokens. */
final class ProvidersCheck implements Check {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  @Override
  public String name() {
    return "providers";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked {
    LoadedConfig config = site.config();
    List<Provider> providers;
    Outbound outbound;
    try {
      outbound = Outbound.of(config);
      providers = Providers.of(config, outbound);
    } catch (StartFailure e) {
      return List.of(Finding.of(Fault.PROVIDER_CONFIG, String.valueOf(e.getMessage())));
    }
    ProviderProbe probe = new ProviderProbe(site.vertx(), outbound.trust());
    List<Future<@Nullable Finding>> asked =
        providers.stream().map(provider -> ask(probe, provider, site.limits().answer())).toList();
    Future.join(asked).await();
    List<Finding> found = new ArrayList<>();
    for (Future<@Nullable Finding> one : asked) {
      if (one.result() != null) {
        found.add(one.result());
      }
    }
    return found;
  }

  private static Future<@Nullable Finding> ask(
      ProviderProbe probe, Provider provider, Duration limit) {
    return probe
        .models(provider, limit)
        .map(
            models ->
                models.isEmpty()
                    ? Finding.of(Fault.PROVIDER_ANSWER, provider, "It lists no models.")
                    : null)
        .otherwise(failure -> finding(provider, WeftException.from("chat", failure).error()));
  }

  private static @Nullable Finding finding(Provider provider, WeftError error) {
    Object status = error.details().get(WeftError.UPSTREAM_STATUS);
    if (status instanceof Integer number && (number == UNAUTHORIZED || number == FORBIDDEN)) {
      String origin = provider.keyOrigin().isEmpty() ? "-" : provider.keyOrigin();
      return Finding.of(Fault.PROVIDER_KEY, provider, origin);
    }
    boolean away = error.reason() == Reason.UNAVAILABLE || error.reason() == Reason.TIMEOUT;
    if (!away && !provider.models().isEmpty()) {
      // Its models are named in the configuration: it need not list them.
      return null;
    }
    Fault fault = away ? Fault.PROVIDER_UNREACHABLE : Fault.PROVIDER_ANSWER;
    return Finding.of(fault, provider, error.message());
  }
}
