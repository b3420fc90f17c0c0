package dev.weft.gateway.http;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Set;

/**
 * Which web pages may call (CORS, Fetch standard): exactly the configured origins, none by default.
 * Never reflects an unknown origin, never allows cookies. Immutable.
 */
public final class Origins {
  private static final CharSequence ALLOWED_HEADERS =
      HttpHeaders.createOptimized(
          "authorization, content-type, accept, last-event-id, idempotency-key, x-api-key,"
              + " x-request-id, traceparent, mcp-protocol-version, mcp-session-id, mcp-method,"
              + " mcp-name");
  private static final CharSequence ALLOWED_METHODS =
      HttpHeaders.createOptimized("GET, POST, PUT, DELETE");
  private static final CharSequence EXPOSED_HEADERS =
      HttpHeaders.createOptimized(
          "x-request-id, retry-after, retry-after-ms, openai-processing-ms, mcp-session-id,"
              + " www-authenticate");
  private static final CharSequence MAX_AGE = HttpHeaders.createOptimized("600");

  private final Set<String> allowed;

  public Origins(List<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  /** Says to the browser that the page may read the answer, if it may. */
  void mark(String origin, HttpServerResponse response) {
    if (allowed.isEmpty()) {
      return;
    }
    response.putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    if (allowed.contains(origin)) {
      response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
    }
  }

  /** Answers a browser's question whether a page may call; false when it is no such question. */
  boolean answersPreflight(HttpServerRequest request, String origin) {
    if (!request.method().equals(HttpMethod.OPTIONS)
        || !allowed.contains(origin)
        || !request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
      return false;
    }
    request
        .response()
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS)
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS)
        .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    return true;
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
                + " 'gateway.allowedOrigins'.")
        .exception();
  }

  private static boolean isOwn(HttpServerRequest request, String origin) {
    String host = request.getHeader(HttpHeaders.HOST);
    return host != null
        && (origin.equalsIgnoreCase("http://" + host)
            || origin.equalsIgnoreCase("https://" + host));
  }
}
