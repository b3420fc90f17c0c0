package dev.weft.gateway.http.answer;

import dev.weft.gateway.metrics.GatewayMetrics;
import java.util.function.Consumer;

/**
 * What answers an exchange, as far as the exchange needs to know.
 *
 * @param template the route's path, for the log
 * @param logged whether the exchange is in the access log
 * @param meters of the route
 * @param handler answers, now or later, exactly once; what it throws is the answer
 */
public record Target(
    String template,
    boolean logged,
    GatewayMetrics.RouteMeters meters,
    Consumer<Exchange> handler) {

  /** The template noted for requests that no route answers. */
  public static final String UNKNOWN = "none";
}
