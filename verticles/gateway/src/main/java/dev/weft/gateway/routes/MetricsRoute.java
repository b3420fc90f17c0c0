package dev.weft.gateway.routes;

import dev.weft.gateway.http.Route;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Supplier;

/** {@code GET /metrics} in Prometheus text. */
public final class MetricsRoute {
  private static final CharSequence TEXT =
      HttpHeaders.createOptimized("text/plain; version=0.0.4; charset=utf-8");

  private MetricsRoute() {}

  /**
   * Answers with what is measured now.
   *
   * @param scrape makes the text
   */
  public static Route.Handler of(Supplier<String> scrape) {
    return exchange -> exchange.reply(200, TEXT, Buffer.buffer(scrape.get()));
  }
}
