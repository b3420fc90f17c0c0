package dev.weft.gateway.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.HeaderNames;
import dev.weft.json.Json;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Answers a request by calling one endpoint: body, path and query become its request record. */
final class EndpointRoute<Q, R> implements Route.Handler {
  /** Parsing more than this would hold up the event loop for milliseconds. */
  private static final int PARSED_INLINE_BYTES = 128 * 1024;

  private final Mesh mesh;
  private final Vertx vertx;
  private final UnaryEndpoint<Q, R> endpoint;
  private final RecordBinder<Q> binder;
  private final Duration timeout;
  private final boolean secret;

  /**
   * @param secret whether the answer must not be kept by anything on its way
   */
  EndpointRoute(
      Mesh mesh, Vertx vertx, UnaryEndpoint<Q, R> endpoint, Duration timeout, boolean secret) {
    this.mesh = mesh;
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.binder = new RecordBinder<>(endpoint.requestType());
    this.timeout = timeout;
    this.secret = secret;
  }

  @Override
  public void handle(Exchange exchange) {
    byte[] body = exchange.body();
    String query = exchange.request().query();
    Callable<Q> bind = () -> binder.bind(body, exchange.variables(), query);
    Future<Q> bound =
        body.length > PARSED_INLINE_BYTES
            ? vertx.executeBlocking(bind, false)
            : Future.future(
                promise -> promise.complete(binder.bind(body, exchange.variables(), query)));
    bound
        .compose(request -> mesh.call(endpoint, request, exchange.call(timeout)))
        .onComplete(
            (reply, failure) -> {
              exchange.answered();
              if (failure != null) {
                exchange.fail(failure);
              } else {
                answer(exchange, reply);
              }
            });
  }

  private void answer(Exchange exchange, R reply) {
    if (exchange.isOver()) {
      return;
    }
    if (secret) {
      exchange.response().putHeader(HttpHeaders.CACHE_CONTROL, HeaderNames.NO_STORE);
    }
    try {
      exchange.json(200, Json.mapper().writeValueAsBytes(reply));
    } catch (JsonProcessingException e) {
      exchange.fail(e);
    }
  }
}
