package dev.weft.gateway.routes;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.http.Binding;
import dev.weft.durable.ObjectDoor;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.HeaderNames;
import dev.weft.json.Json;
import dev.weft.json.JsonFaults;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls a method of a public object: the body is its arguments, what it returns the answer. */
final class ObjectRoute implements Route.Handler {
  private static final Raw NO_ARGUMENTS = Raw.of("[]");

  /** Parsing more than this would hold up the event loop for milliseconds. */
  private static final int PARSED_INLINE_BYTES = 128 * 1024;

  private final Vertx vertx;
  private final ObjectDoor objects;
  private final PublicNamespaces namespaces;
  private final @Nullable String scope;
  private final Duration timeout;

  ObjectRoute(
      Vertx vertx,
      ObjectDoor objects,
      PublicNamespaces namespaces,
      Binding.ObjectCall binding,
      Duration timeout) {
    this.vertx = vertx;
    this.objects = objects;
    this.namespaces = namespaces;
    this.scope = binding.access().scope();
    this.timeout = timeout;
  }

  @Override
  public void handle(Exchange exchange) {
    Identity caller = Objects.requireNonNull(exchange.caller());
    PublicNamespaces.checkScope(caller, scope);
    Map<String, String> variables = exchange.variables();
    ObjectDoor.Target object = PublicNamespaces.target(caller, variables);
    String requestId = exchange.request().getHeader(HeaderNames.IDEMPOTENCY_KEY);
    byte[] body = exchange.body();
    Future<Raw> arguments =
        body.length > PARSED_INLINE_BYTES
            ? vertx.executeBlocking(() -> arguments(body, "The body"), false)
            : Future.succeededFuture(arguments(body, "The body"));
    arguments
        .compose(
            given ->
                objects.call(
                    object,
                    variables.getOrDefault("method", ""),
                    given,
                    requestId,
                    exchange.call(timeout)))
        .onComplete(
            (reply, failure) -> {
              exchange.answered();
              if (failure == null) {
                exchange.json(200, reply.bytes());
              } else {
                exchange.fail(namespaces.explained(object, shown(failure, requestId)));
              }
            });
  }

  /**
   * Arguments as they were sent.
   *
   * @param what they are called in an error
   * @throws WeftException {@code json:invalid} when they are no array
   */
  static Raw arguments(byte[] body, String what) {
    if (body.length == 0) {
      return NO_ARGUMENTS;
    }
    try {
      if (Json.strictTree(body).isArray()) {
        return new Raw(body);
      }
    } catch (IOException e) {
      throw JsonFaults.describe(e).exception();
    }
    throw JsonFaults.invalid(what + " must be an array of the arguments.", null).exception();
  }

  /**
   * Clients repeat by themselves what is said to be worth repeating. What may have had its effect
   * is not, unless it was called with a key that keeps it from having it twice.
   */
  private static Throwable shown(Throwable failure, @Nullable String requestId) {
    return requestId == null
            && failure instanceof WeftException own
            && own.error().retryable()
            && own.error().outcome() != Outcome.NOT_EXECUTED
        ? own.error().withRetryable(false).exception()
        : failure;
  }
}
