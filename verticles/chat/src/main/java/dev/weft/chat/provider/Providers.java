package dev.weft.chat.provider;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weft.chat.ChatKeys;
import dev.weft.chat.ProviderSettings;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.node.ExitCode;
import dev.weft.node.Service;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.http.Outbound;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The providers of a configuration. */
public final class Providers {

  static final String OPENAI = "openai";
  static final String OPENROUTER = "openrouter";
  private static final String OPENAI_URL = "https://api.openai.com/v1";

  /** The gateway's setting, which counts where it runs in the same process. */
  private static final ConfigKey<Integer> GATEWAY_PORT =
      ConfigKey.of(
          "gateway.port", new TypeReference<>() {}, GatewayApi.SERVICE.port(), "The gateway's.");

  private Providers() {}

  /** Same, called as the settings of the process say. */
  public static List<Provider> of(Config config) {
    return of(config, Outbound.of(config));
  }

  /**
   * Those in the file first, then {@code openai} and {@code openrouter} if a key or an address
   * switches them on and the file has none of that name.
   *
   * @param outbound how they are called
   */
  public static List<Provider> of(Config config, Outbound outbound) {
    List<Provider> out = new ArrayList<>();
    for (ProviderSettings settings : config.get(ChatKeys.PROVIDERS)) {
      out.add(ofSettings(config, settings, outbound));
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
              Timeouts.of(config, null),
              outbound));
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
              Timeouts.of(config, null),
              outbound));
    }
    for (Provider provider : out) {
      requireElsewhere(provider, config);
    }
    return List.copyOf(out);
  }

  /** A provider that is the gateway of this process would be asked by itself without end. */
  private static void requireElsewhere(Provider provider, Config config) {
    boolean gatewayHere =
        Service.onClassPath().stream()
            .anyMatch(service -> service.descriptor().name().equals(GatewayApi.SERVICE.name()));
    URI url = URI.create(provider.baseUrl());
    if (gatewayHere && provider.port() == config.get(GATEWAY_PORT) && isHere(url.getHost())) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "The provider "
              + provider
              + " is Weft's own gateway: each request would become another one. Give its baseUrl"
              + " (OPENAI_BASE_URL) the address of the model server.");
    }
  }

  /** Whether a host is this machine; asks no name server. */
  private static boolean isHere(String host) {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    boolean literal = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    if (!literal) {
      return name.equalsIgnoreCase("localhost")
          || name.toLowerCase(Locale.ROOT).endsWith(".localhost");
    }
    try {
      InetAddress address = InetAddress.getByName(name);
      return address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException unknown) {
      return false;
    }
  }

  private static boolean isNew(List<Provider> providers, String name) {
    return providers.stream().noneMatch(provider -> provider.name().equals(name));
  }

  private static Provider ofSettings(Config config, ProviderSettings settings, Outbound outbound) {
    String variable = settings.apiKeyEnv();
    String key = variable == null ? settings.apiKey() : config.variable(variable);
    String problem = key == null ? null : ChatKeys.keyProblem(key);
    if (problem != null) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          (variable == null ? "The apiKey of " + settings.name() : variable) + " " + problem + ".");
    }
    return new Provider(
        settings.name(),
        settings.baseUrl(),
        key,
        origin(config, variable, key),
        settings.models() == null ? List.of() : settings.models(),
        settings.streamUsage() == null || settings.streamUsage(),
        Timeouts.of(config, settings.timeouts()),
        outbound);
  }

  private static String origin(Config config, @Nullable String variable, @Nullable String key) {
    if (variable != null) {
      return variable + (key == null ? ", which is not set" : "");
    }
    return key == null ? "" : config.origin(ChatKeys.PROVIDERS);
  }
}
