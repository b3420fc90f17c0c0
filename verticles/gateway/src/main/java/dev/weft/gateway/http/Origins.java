package dev.weft.gateway.http;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may call (CORS, Fetch standard): exactly the configured origins, none by default.
 * Never reflects an unknown origin, never allows cookies. What allowed ones may do is answered by
 * vertx-web's {@link CorsHandler}; requests of others are not for it, as it would refuse them, and
 * a page of this very server sends its origin too. Immutable.
 */
public final class Origins {
  private static final int MAX_AGE_SECONDS = 600;
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");

  private final Set<String> allowed;
  private final @Nullable Set<String> hosts;
  private final CorsHandler cors;

  /**
   * @param allowed origins of other pages that may call
   * @param hosts names, beside those of loopback, that a server on loopback is asked by; null when
   *     it listens elsewhere, where any name may be its own
   */
  public Origins(List<String> allowed, @Nullable List<String> hosts) {
    this.allowed = Set.copyOf(allowed);
    this.hosts =
        hosts == null
            ? null
            : hosts.stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    this.cors =
        CorsHandler.create()
            .addOrigins(allowed)
            .allowedMethods(
                ordered(
                    List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE)))
            .allowedHeaders(
                ordered(
                    List.of(
                        "authorization",
                        "content-type",
                        "accept",
                        "last-event-id",
                        "idempotency-key",
                        "x-api-key",
                        "x-request-id",
                        "traceparent",
                        "mcp-protocol-version",
                        "mcp-session-id",
                        "mcp-method",
                        "mcp-name")))
            .exposedHeaders(
                ordered(
                    List.of(
                        "x-request-id",
                        "retry-after",
                        "retry-after-ms",
                        "openai-processing-ms",
                        "mcp-session-id",
                        "www-authenticate")))
            .maxAgeSeconds(MAX_AGE_SECONDS);
  }

  /** Whether a browser asks if a page may call, and is to be told so. */
  boolean isPreflight(HttpServerRequest request, String origin) {
    return request.method().equals(HttpMethod.OPTIONS)
        && allowed.contains(origin)
        && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /**
   * Answers a preflight; of any other request, says to the browser whether the page may read the
   * answer, and goes on to the next handler.
   */
  void handle(RoutingContext context, String origin) {
    boolean known = allowed.contains(origin);
    // The handler itself says so only of what may be read, and not when one origin alone is
    // allowed.
    boolean said = known && allowed.size() > 1 && !isPreflight(context.request(), origin);
    if (!said && !allowed.isEmpty()) {
      context.response().putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
    if (known) {
      cors.handle(context);
    } else {
      context.next();
    }
  }

  /**
   * For routes that no foreign page may reach at all.
   *
   * @throws dev.weft.contracts.WeftException {@code gateway:origin.denied} when the request says it
   *     comes from a page that is neither of this server nor allowed; {@code gateway:host.denied}
   *     as of {@link #checkHost}
   */
  public void check(HttpServerRequest request) {
    checkHost(request);
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || allowed.contains(origin) || isOwn(request, origin)) {
      return;
    }
    throw WeftError.of(
            "gateway:origin",
            Reason.DENIED,
            "Pages of this origin may not call here. An operator can allow it with"
                + " 'gateway.allowedOrigins'.")
        .exception();
  }

  /**
   * For what a server on loopback answers without a key. A page of a stranger whose name was made
   * to lead to this machine (DNS rebinding) is of one origin with this server, but for its name.
   *
   * @throws dev.weft.contracts.WeftException {@code gateway:host.denied} when the server listens on
   *     loopback and is asked by a name that is not its own
   */
  public void checkHost(HttpServerRequest request) {
    HostAndPort authority = RequestHead.authority(request);
    if (hosts == null || authority == null || isLoopback(authority)) {
      return;
    }
    if (!hosts.contains(authority.host().toLowerCase(Locale.ROOT))) {
      throw WeftError.of(
              "gateway:host",
              Reason.DENIED,
              "This server listens on loopback and is asked by another name. An operator can allow"
                  + " the name with 'gateway.allowedHosts'.")
          .exception();
    }
  }

  /** Whether the request is for this machine by one of the names that can mean no other. */
  public static boolean isLoopback(@Nullable HostAndPort authority) {
    if (authority == null) {
      return false;
    }
    String host = authority.host().toLowerCase(Locale.ROOT);
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.equals("[::1]")
        || host.equals("::1")
        || LOOPBACK.matcher(host).matches();
  }

  private static boolean isOwn(HttpServerRequest request, String origin) {
    HostAndPort authority = RequestHead.authority(request);
    if (authority == null) {
      return false;
    }
    String host = authority.toString();
    return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
  }

  private static <T> Set<T> ordered(List<T> values) {
    return new LinkedHashSet<>(values);
  }
}
