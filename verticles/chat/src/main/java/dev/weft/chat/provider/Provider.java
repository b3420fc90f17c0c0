package dev.weft.chat.provider;

import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.node.http.Outbound;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model provider as configured, ready to be called. Thread-safe; its {@code toString} shows no
 * key.
 */
public final class Provider {

  private static final int MIN_SECRET_CHARACTERS = 8;

  private final String name;
  private final String baseUrl;
  private final @Nullable String key;
  private final String keyOrigin;
  private final List<String> models;
  private final boolean streamUsage;
  private final Timeouts timeouts;
  private final @Nullable String proxy;
  private final RequestOptions completion;
  private final RequestOptions listing;
  private final ProviderHealth health = new ProviderHealth(System::nanoTime);

  /**
   * @param key sent as bearer token; null to send none
   * @param keyOrigin where the key comes from, for people: {@code OPENAI_API_KEY}
   * @param models the models it serves; empty to ask it
   * @param streamUsage whether streams may be asked for a usage chunk
   * @param outbound says by which proxy it is called; null for none
   */
  public Provider(
      String name,
      String baseUrl,
      @Nullable String key,
      String keyOrigin,
      List<String> models,
      boolean streamUsage,
      Timeouts timeouts,
      @Nullable Outbound outbound) {
    this.name = name;
    this.baseUrl = baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl;
    this.key = key == null || key.isEmpty() ? null : key;
    this.keyOrigin = keyOrigin;
    this.models = List.copyOf(models);
    this.streamUsage = streamUsage;
    this.timeouts = timeouts;
    URI uri = URI.create(baseUrl);
    this.proxy = outbound == null ? null : outbound.proxyName(uri);
    ProxyOptions through = outbound == null ? null : outbound.proxyTo(uri);
    this.completion = options(uri, HttpMethod.POST, "/chat/completions", key, through);
    this.listing = options(uri, HttpMethod.GET, "/models", key, through);
  }

  private RequestOptions options(
      URI uri,
      HttpMethod method,
      String path,
      @Nullable String key,
      @Nullable ProxyOptions through) {
    boolean ssl = "https".equalsIgnoreCase(uri.getScheme());
    MultiMap headers = HttpHeaders.headers();
    headers.set(HttpHeaders.USER_AGENT, HttpHeaders.createOptimized("weft"));
    headers.set(GatewayApi.HOP_HEADER, "1");
    if (key != null) {
      headers.set(HttpHeaders.AUTHORIZATION, HttpHeaders.createOptimized("Bearer " + key));
    }
    if (method == HttpMethod.POST) {
      headers.set(HttpHeaders.CONTENT_TYPE, HttpHeaders.createOptimized("application/json"));
    }
    RequestOptions options = new RequestOptions();
    if (through != null) {
      options.setProxyOptions(through.setConnectTimeout(timeouts.connect()));
    }
    return options
        .setMethod(method)
        .setHost(uri.getHost())
        .setPort(uri.getPort() >= 0 ? uri.getPort() : ssl ? 443 : 80)
        .setSsl(ssl)
        .setURI(uri.getRawPath() + path)
        .setHeaders(headers)
        .setConnectTimeout(timeouts.connect().toMillis());
  }

  public String name() {
    return name;
  }

  public String baseUrl() {
    return baseUrl;
  }

  /** The proxy it is called by, for people; null for none. */
  @Nullable String proxy() {
    return proxy;
  }

  int port() {
    return completion.getPort();
  }

  /**
   * A text of the provider's without the key, should it quote it. What is too short to be a secret
   * (servers without keys are given {@code x}) is a part of words.
   */
  String withoutKey(String text) {
    return key == null || key.length() < MIN_SECRET_CHARACTERS ? text : text.replace(key, "***");
  }

  /** Where the key comes from, for people; empty when there is none. */
  public String keyOrigin() {
    return keyOrigin;
  }

  /** Models named in the configuration; empty when the provider is asked. */
  public List<String> models() {
    return models;
  }

  public boolean streamUsage() {
    return streamUsage;
  }

  public Timeouts timeouts() {
    return timeouts;
  }

  public ProviderHealth health() {
    return health;
  }

  /** A completion request; shared, not to be changed. */
  RequestOptions completion() {
    return completion;
  }

  /** A request for the models; shared, not to be changed. */
  RequestOptions listing() {
    return listing;
  }

  @Override
  public String toString() {
    return name + " at " + baseUrl;
  }
}
