package dev.weft.gateway.routes;

import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.http.Binding;
import dev.weft.contracts.http.RelayedReply;
import dev.weft.contracts.http.RelayedRequest;
import dev.weft.gateway.http.Origins;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.json.JsonFaults;
import dev.weft.json.Utf8;
import dev.weft.mesh.Mesh;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Carries whole HTTP exchanges to a service and back. */
final class RelayRoute implements Route.Handler {
  private final Mesh mesh;
  private final UnaryEndpoint<RelayedRequest, RelayedReply> endpoint;
  private final Set<String> headers = new HashSet<>();
  private final List<String> headerPrefixes = new ArrayList<>();
  private final Origins origins;
  private final Duration timeout;

  RelayRoute(Mesh mesh, Binding.Relay relay, Origins origins, Duration timeout) {
    this.mesh = mesh;
    this.endpoint = relay.endpoint();
    for (String header : relay.headers()) {
      if (header.endsWith("*")) {
        headerPrefixes.add(header.substring(0, header.length() - 1));
      } else {
        headers.add(header);
      }
    }
    this.origins = origins;
    this.timeout = timeout;
  }

  @Override
  public void handle(Exchange exchange) {
    HttpServerRequest request = exchange.request();
    origins.check(request);
    byte[] body = exchange.body();
    if (!Utf8.isValid(body, 0, body.length)) {
      throw JsonFaults.invalid("The body is not valid UTF-8.", null).exception();
    }
    RelayedRequest message =
        new RelayedRequest(
            request.method().name(), passedOn(request), new String(body, StandardCharsets.UTF_8));
    mesh.call(endpoint, message, exchange.call(timeout))
        .onComplete(
            (reply, failure) -> {
              exchange.answered();
              if (failure != null) {
                exchange.fail(failure);
              } else if (!exchange.isOver()) {
                answer(exchange, reply);
              }
            });
  }

  private Map<String, String> passedOn(HttpServerRequest request) {
    Map<String, List<String>> all = new HashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (headers.contains(name) || headerPrefixes.stream().anyMatch(name::startsWith)) {
        all.computeIfAbsent(name, x -> new ArrayList<>(1)).add(header.getValue());
      }
    }
    Map<String, String> out = new HashMap<>();
    all.forEach((name, values) -> out.put(name, String.join(", ", values)));
    return out;
  }

  private static void answer(Exchange exchange, RelayedReply reply) {
    reply.headers().forEach(exchange.response()::putHeader);
    exchange.replyAsIs(reply.status(), Buffer.buffer(reply.body()));
  }
}
