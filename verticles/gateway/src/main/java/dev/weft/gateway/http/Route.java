package dev.weft.gateway.http;

import dev.weft.gateway.GatewayKeys;
import dev.weft.gateway.http.answer.Exchange;
import io.vertx.core.http.HttpMethod;

/**
 * One thing the gateway answers.
 *
 * @param method the HTTP method
 * @param template path with {@code {name}} for one segment and, at the end, {@code {name...}} for
 *     all that follow
 * @param key whether a credential is asked for
 * @param maxBodyBytes largest body; 0 when none is read
 * @param bodySetting the setting that says so, for people
 * @param logged whether requests are in the access log
 * @param handler answers, once the caller is known and the body is here
 */
public record Route(
    HttpMethod method,
    String template,
    Key key,
    int maxBodyBytes,
    String bodySetting,
    boolean logged,
    Handler handler) {

  /** Whether a credential is asked for. */
  public enum Key {
    /** None is looked at. */
    NONE,
    /** The answer depends on it; one that is not valid is as good as none. */
    OPTIONAL,
    /** Nothing is answered without a valid one. */
    REQUIRED
  }

  /** Answers an exchange, now or later, exactly once. */
  @FunctionalInterface
  public interface Handler {
    /** Runs on the event loop of the connection; must not block. What it throws is the answer. */
    void handle(Exchange exchange);
  }

  /** A route that anybody may read, such as health. */
  public static Route open(String template, Handler handler) {
    return new Route(HttpMethod.GET, template, Key.NONE, 0, "", true, handler);
  }

  /** A route for callers with a credential. */
  public static Route closed(
      HttpMethod method, String template, int maxBodyBytes, Handler handler) {
    return new Route(
        method,
        template,
        Key.REQUIRED,
        maxBodyBytes,
        GatewayKeys.MAX_BODY_BYTES.name(),
        true,
        handler);
  }

  /** A route that tells more to some callers than to others. */
  public static Route report(String template, Handler handler) {
    return new Route(HttpMethod.GET, template, Key.OPTIONAL, 0, "", true, handler);
  }

  /** The same route, not in the access log. */
  public Route unlogged() {
    return new Route(method, template, key, maxBodyBytes, bodySetting, false, handler);
  }
}
