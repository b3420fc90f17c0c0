package dev.weft.gateway.http;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.node.http.AllowedHosts;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For which hosts requests may be, and which web pages may call (CORS, Fetch standard): exactly the
 * configured origins, none by default. Never reflects an unknown origin, never allows cookies. What
 * allowed ones may do is answered by vertx-web's {@link CorsHandler}; requests of others are not
 * for it, as it would refuse them, and a page of this very server sends its origin too. Immutable.
 */
public final class Origins {
  private static final int MAX_AGE_SECONDS = 600;
  private static final List<String> SCHEMES = List.of("http://", "https://");

  private final Set<String> allowed;
  private final AllowedHosts hosts;
  private final CorsHandler cors;

  /**
   * @param allowed origins of other pages that may call
   * @param hosts that requests may be for
   */
  public Origins(List<String> allowed, AllowedHosts hosts) {
    this.allowed = Set.copyOf(allowed);
    this.hosts = hosts;
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
   *     comes from a page that is neither of this server nor allowed
   */
  public void check(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || allowed.contains(origin) || isOwn(request, origin)) {
      return;
    }
    throw WeftError.of(
            "gateway:origin",
            Reason.DENIED,
            "Pages of this origin may not call here. An operator can allow it with"
                + " 'gateway.allowedOrigins', or, when it is this server's own, name its host in"
                + " 'gateway.allowedHosts'.")
        .exception();
  }

  /** The fault of a request that is for a host which this server is not; null when it is for it. */
  @Nullable WeftError foreignHost(HttpServerRequest request) {
    return hosts.allows(RequestHead.authority(request), request.connection().localAddress())
        ? null
        : WeftError.of(
            "gateway:host",
            Reason.DENIED,
            "This server is not known by the host that the request names. An operator can add it"
                + " to 'gateway.allowedHosts'.");
  }

  /** Pages of one scheme or the other: TLS may end at a proxy. */
  private boolean isOwn(HttpServerRequest request, String origin) {
    HostAndPort page = host(origin);
    HostAndPort asked = RequestHead.authority(request);
    if (page == null) {
      return false;
    }
    return hosts.isNamed(page)
        || (asked != null
            && page.toString().equalsIgnoreCase(asked.toString())
            && hosts.isOwn(page, request.connection().localAddress()));
  }

  private static @Nullable HostAndPort host(String origin) {
    for (String scheme : SCHEMES) {
      if (origin.regionMatches(true, 0, scheme, 0, scheme.length())) {
        return HostAndPort.parseAuthority(origin.substring(scheme.length()), -1);
      }
    }
    return null;
  }

  private static <T> Set<T> ordered(List<T> values) {
    return new LinkedHashSet<>(values);
  }
}
