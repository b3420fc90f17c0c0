package dev.weft.all.dev;

import dev.weft.chat.ChatKeys;
import dev.weft.chat.provider.Provider;
import dev.weft.chat.provider.Providers;
import dev.weft.node.config.Config;
import java.util.List;

/**
 * Who answers a request for the model {@code default}, as the configuration has it.
 *
 * @param provider the provider and its address; empty when the built-in offline model answers
 * @param because where its key comes from, or the setting that names it; may be empty
 * @param model the model set as the default; empty when the provider's usual one is taken
 */
public record ModelChoice(String provider, String because, String model) {

  public static ModelChoice of(Config config) {
    String model = config.get(ChatKeys.DEFAULT_MODEL);
    List<Provider> providers = Providers.of(config);
    if (providers.isEmpty()) {
      return new ModelChoice("", "", model);
    }
    Provider first = providers.getFirst();
    return new ModelChoice(first.toString(), first.keyOrigin(), model);
  }

  public boolean offline() {
    return provider.isEmpty();
  }
}
