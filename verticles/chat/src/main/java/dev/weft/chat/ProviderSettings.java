package dev.weft.chat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One model provider as it stands in the file.
 *
 * @param name what people call it, and the prefix that selects it ({@code name/model})
 * @param baseUrl where its OpenAI-compatible API is: {@code https://host/v1}
 * @param apiKey its key; null when it needs none or {@code apiKeyEnv} names it
 * @param apiKeyEnv environment variable that holds the key; null for none
 * @param models the models it serves; null or empty to ask it ({@code GET /models})
 * @param streamUsage whether it understands {@code stream_options.include_usage}; null for yes
 * @param timeouts its own limits; null for the general ones
 */
public record ProviderSettings(
    String name,
    String baseUrl,
    @Nullable String apiKey,
    @Nullable String apiKeyEnv,
    @Nullable List<String> models,
    @Nullable Boolean streamUsage,
    @Nullable Timeouts timeouts) {

  /** Limits of one provider; null for the general one. */
  public record Timeouts(
      @Nullable Duration connect,
      @Nullable Duration headers,
      @Nullable Duration firstToken,
      @Nullable Duration idle,
      @Nullable Duration total) {}

  @Override
  public String toString() {
    return "ProviderSettings[" + name + ", " + baseUrl + ", key ***]";
  }
}
