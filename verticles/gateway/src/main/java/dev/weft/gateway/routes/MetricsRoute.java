package dev.weft.gateway.routes;

import dev.weft.contracts.Reason;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.gateway.auth.CredentialCache;
import dev.weft.gateway.auth.Credentials;
import dev.weft.gateway.http.Origins;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code GET /metrics} in Prometheus text: for peers on this machine, and for keys that may read
 * metrics.
 */
public final class MetricsRoute implements Route.Handler {
  private static final CharSequence TEXT =
      HttpHeaders.createOptimized("text/plain; version=0.0.4; charset=utf-8");

  /** What proxies add, each its own. */
  private static final List<String> FORWARDED =
      List.of(
          "forwarded",
          "via",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-real-ip",
          "true-client-ip",
          "cf-connecting-ip");

  private final Vertx vertx;
  private final Supplier<String> scrape;
  private final CredentialCache credentials;

  public MetricsRoute(Vertx vertx, Supplier<String> scrape, CredentialCache credentials) {
    this.vertx = vertx;
    this.scrape = scrape;
    this.credentials = credentials;
  }

  @Override
  public void handle(Exchange exchange) {
    if (isLocal(exchange.request())) {
      answer(exchange);
      return;
    }
    Context context = vertx.getOrCreateContext();
    credentials
        .identity(Credentials.of(exchange.request().headers()))
        .onComplete(
            (caller, failure) ->
                context.runOnContext(
                    x -> {
                      if (failure != null) {
                        exchange.fail(failure);
                      } else if (caller.identity().holds(Scopes.METRICS_READ)) {
                        answer(exchange);
                      } else {
                        exchange.fail(denied());
                      }
                    }));
  }

  private void answer(Exchange exchange) {
    exchange.reply(200, TEXT, Buffer.buffer(scrape.get()));
  }

  /** A proxy on this machine speaks for others: what it forwards is not local. */
  private static boolean isLocal(HttpServerRequest request) {
    String host = request.remoteAddress().hostAddress();
    boolean loopback =
        host != null
            && (host.startsWith("127.") || host.equals("::1") || host.equals("0:0:0:0:0:0:0:1"));
    return loopback
        && Origins.isLoopback(request.authority())
        && FORWARDED.stream().noneMatch(request.headers()::contains);
  }

  private static WeftException denied() {
    return WeftError.of(
            "gateway:metrics",
            Reason.DENIED,
            "The key lacks the scope '" + Scopes.METRICS_READ + "'.")
        .exception();
  }
}
