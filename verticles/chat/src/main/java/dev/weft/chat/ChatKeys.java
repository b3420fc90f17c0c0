package dev.weft.chat;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weft.json.JsonLimits;
import dev.weft.node.config.ConfigKey;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Settings of the chat service. */
public final class ChatKeys {

  private static final TypeReference<String> TEXT = new TypeReference<>() {};
  private static final TypeReference<Integer> INTEGER = new TypeReference<>() {};
  private static final TypeReference<Duration> SPAN = new TypeReference<>() {};
  private static final Pattern PROVIDER_NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");

  public static final ConfigKey<List<ProviderSettings>> PROVIDERS =
      ConfigKey.of(
              "chat.providers",
              new TypeReference<List<ProviderSettings>>() {},
              List.of(),
              "Model providers with an OpenAI-compatible API: name, baseUrl, apiKey or apiKeyEnv,"
                  + " models, streamUsage, timeouts.")
          .asSecret()
          .checked(ChatKeys::problem);

  public static final ConfigKey<String> OPENAI_API_KEY =
      ConfigKey.of(
              "chat.openai.apiKey", TEXT, "", "Key of the provider `openai`, which it switches on.")
          .withAliases("OPENAI_API_KEY")
          .asSecret()
          .checked(ChatKeys::keyProblem);

  public static final ConfigKey<String> OPENAI_BASE_URL =
      ConfigKey.of(
              "chat.openai.baseUrl",
              TEXT,
              "",
              "Where the provider `openai` is; alone it switches it on for a server that needs no"
                  + " key. Empty: https://api.openai.com/v1.")
          .withAliases("OPENAI_BASE_URL")
          .checked(url -> url.isEmpty() ? null : urlProblem(url));

  public static final ConfigKey<String> OPENROUTER_API_KEY =
      ConfigKey.of(
              "chat.openrouter.apiKey",
              TEXT,
              "",
              "Key of the provider `openrouter`, which it switches on.")
          .withAliases("OPENROUTER_API_KEY")
          .asSecret()
          .checked(ChatKeys::keyProblem);

  public static final ConfigKey<String> OPENROUTER_BASE_URL =
      ConfigKey.of(
              "chat.openrouter.baseUrl",
              TEXT,
              "https://openrouter.ai/api/v1",
              "Where the provider `openrouter` is.")
          .checked(ChatKeys::urlProblem);

  public static final ConfigKey<String> DEFAULT_MODEL =
      ConfigKey.of(
          "chat.defaultModel",
          TEXT,
          "",
          "Model for requests that name none, or `default` or `auto`. Empty: gpt-5-mini at"
              + " api.openai.com, openrouter/auto at OpenRouter, else the first model for chats"
              + " that the first provider lists; weft-offline without a provider.");

  public static final ConfigKey<Duration> CONNECT_TIMEOUT =
      span("chat.timeouts.connect", 5, "How long connecting to a provider may take.");

  public static final ConfigKey<Duration> HEADERS_TIMEOUT =
      span(
          "chat.timeouts.headers",
          120,
          "How long a provider may take to begin a streamed answer, from the sent request to the"
              + " response's head.");

  public static final ConfigKey<Duration> FIRST_TOKEN_TIMEOUT =
      span(
          "chat.timeouts.firstToken",
          180,
          "How long the first event of a streamed answer may take after the head.");

  public static final ConfigKey<Duration> IDLE_TIMEOUT =
      span("chat.timeouts.idle", 120, "How long a provider may be silent within an answer.");

  public static final ConfigKey<Duration> TOTAL_TIMEOUT =
      span("chat.timeouts.total", 1_800, "How long a whole answer may take.");

  public static final ConfigKey<Integer> MAX_ANSWER_BYTES =
      ConfigKey.of(
              "chat.maxAnswerBytes",
              INTEGER,
              32 << 20,
              "Longest answer in one piece, and longest event of a streamed one, that is taken from"
                  + " a provider, in bytes.")
          .checked(
              value ->
                  value >= 65_536 && value <= JsonLimits.MAX_BYTES
                      ? null
                      : "must be from 65536 to " + JsonLimits.MAX_BYTES);

  public static final ConfigKey<Duration> MODELS_TIMEOUT =
      span("chat.models.timeout", 3, "How long a provider may take to list its models.");

  public static final ConfigKey<Duration> MODELS_CACHE =
      span("chat.models.cache", 300, "How long a provider's list of models is used.");

  public static final ConfigKey<Integer> OFFLINE_TOKENS_PER_SECOND =
      ConfigKey.of(
              "chat.offline.tokensPerSecond",
              INTEGER,
              100,
              "How fast the offline model streams. 0: as fast as it can.")
          .checked(value -> value >= 0 && value <= 100_000 ? null : "must be from 0 to 100000");

  public static final ConfigKey<Integer> HISTORY_CHARACTERS =
      ConfigKey.of(
              "chat.conversation.historyCharacters",
              INTEGER,
              100_000,
              "How much of a conversation's history before its last turn goes before the model, in"
                  + " characters of JSON; the oldest messages are left out first, and long ones"
                  + " shortened.")
          .checked(
              value ->
                  value >= 1_000 && value <= 50_000_000 ? null : "must be from 1000 to 50000000");

  public static final ConfigKey<Duration> CONVERSATION_LEASE =
      span(
          "chat.conversation.lease",
          30,
          "How long a conversation stays locked after the node that held it died.");

  static final List<ConfigKey<?>> ALL =
      List.of(
          PROVIDERS,
          OPENAI_API_KEY,
          OPENAI_BASE_URL,
          OPENROUTER_API_KEY,
          OPENROUTER_BASE_URL,
          DEFAULT_MODEL,
          MAX_ANSWER_BYTES,
          CONNECT_TIMEOUT,
          HEADERS_TIMEOUT,
          FIRST_TOKEN_TIMEOUT,
          IDLE_TIMEOUT,
          TOTAL_TIMEOUT,
          MODELS_TIMEOUT,
          MODELS_CACHE,
          OFFLINE_TOKENS_PER_SECOND,
          HISTORY_CHARACTERS,
          CONVERSATION_LEASE);

  private static ConfigKey<Duration> span(String name, int seconds, String description) {
    return ConfigKey.of(name, SPAN, Duration.ofSeconds(seconds), description)
        .checked(value -> value.toMillis() > 0 ? null : "must be more than nothing");
  }

  private static @Nullable String problem(List<ProviderSettings> providers) {
    Set<String> names = new HashSet<>();
    for (ProviderSettings provider : providers) {
      if (provider.name() == null || !PROVIDER_NAME.matcher(provider.name()).matches()) {
        return "needs a name of lower-case letters, digits, dashes and underscores for each";
      }
      if (!names.add(provider.name())) {
        return "names " + provider.name() + " twice";
      }
      if (provider.name().equals("weft")) {
        return "cannot name a provider weft: that is the built-in one";
      }
      String url = provider.baseUrl() == null ? "is missing" : urlProblem(provider.baseUrl());
      if (url != null) {
        return "has a baseUrl for " + provider.name() + " that " + url;
      }
      if (provider.apiKey() != null && keyProblem(provider.apiKey()) instanceof String problem) {
        return "has an apiKey for " + provider.name() + " that " + problem;
      }
      if (provider.apiKey() != null && provider.apiKeyEnv() != null) {
        return "gives both apiKey and apiKeyEnv for " + provider.name() + "; one is enough";
      }
    }
    return null;
  }

  /** What is wrong with a provider's key; null when nothing is. */
  public static @Nullable String keyProblem(String key) {
    return key.strip().toLowerCase(Locale.ROOT).startsWith("weft_")
        ? "is a key of Weft itself (weft_…): a provider needs the key that it gave out"
        : null;
  }

  private static @Nullable String urlProblem(String url) {
    try {
      URI uri = URI.create(url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      boolean http = scheme.equals("http") || scheme.equals("https");
      if (http && uri.getHost() != null && uri.getQuery() == null && uri.getUserInfo() == null) {
        return null;
      }
    } catch (IllegalArgumentException e) {
      return "must be a URL like https://host/v1";
    }
    return "must be a URL like https://host/v1";
  }

  private ChatKeys() {}
}
