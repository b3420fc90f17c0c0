package dev.weft.chat.provider;

import dev.weft.chat.ChatKeys;
import dev.weft.chat.ProviderSettings;
import dev.weft.node.config.Config;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The providers of a configuration. */
public final class Providers {

  static final String OPENAI = "openai";
  static final String OPENROUTER = "openrouter";
  private static final String OPENAI_URL = "https://api.openai.com/v1";

  private Providers() {}

  /**
   * Those in the file first, then {@code openai} and {@code openrouter} if a key or an address
   * switches them on and the file has none of that name.
   */
  public static List<Provider> of(Config config) {
    List<Provider> out = new ArrayList<>();
    for (ProviderSettings settings : config.get(ChatKeys.PROVIDERS)) {
      out.add(ofSettings(config, settings));
    }
    String openaiKey = config.get(ChatKeys.OPENAI_API_KEY);
    String openaiUrl = config.get(ChatKeys.OPENAI_BASE_URL);
    if ((!openaiKey.isEmpty() || !openaiUrl.isEmpty()) && isNew(out, OPENAI)) {
      out.add(
          new Provider(
              OPENAI,
              openaiUrl.isEmpty() ? OPENAI_URL : openaiUrl,
              openaiKey.isEmpty() ? null : openaiKey,
              openaiKey.isEmpty() ? "" : config.origin(ChatKeys.OPENAI_API_KEY),
              List.of(),
              true,
              Timeouts.of(config, null)));
    }
    String openrouterKey = config.get(ChatKeys.OPENROUTER_API_KEY);
    if (!openrouterKey.isEmpty() && isNew(out, OPENROUTER)) {
      out.add(
          new Provider(
              OPENROUTER,
              config.get(ChatKeys.OPENROUTER_BASE_URL),
              openrouterKey,
              config.origin(ChatKeys.OPENROUTER_API_KEY),
              List.of(),
              true,
              Timeouts.of(config, null)));
    }
    return List.copyOf(out);
  }

  private static boolean isNew(List<Provider> providers, String name) {
    return providers.stream().noneMatch(provider -> provider.name().equals(name));
  }

  private static Provider ofSettings(Config config, ProviderSettings settings) {
    String variable = settings.apiKeyEnv();
    String key = variable == null ? settings.apiKey() : config.variable(variable);
    return new Provider(
        settings.name(),
        settings.baseUrl(),
        key,
        origin(config, variable, key),
        settings.models() == null ? List.of() : settings.models(),
        settings.streamUsage() == null || settings.streamUsage(),
        Timeouts.of(config, settings.timeouts()));
  }

  private static String origin(Config config, @Nullable String variable, @Nullable String key) {
    if (variable != null) {
      return variable + (key == null ? ", which is not set" : "");
    }
    return key == null ? "" : config.origin(ChatKeys.PROVIDERS);
  }
}
