package dev.weft.gateway.routes;

import dev.weft.contracts.mcp.McpApi;
import dev.weft.contracts.mcp.McpReply;
import dev.weft.contracts.mcp.McpRequest;
import dev.weft.gateway.http.Origins;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.mesh.Mesh;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code /mcp}: carries exchanges of the Model Context Protocol to the mcp service and back. */
final class McpRoute implements Route.Handler {
  private static final Set<String> HEADERS =
      Set.of("accept", "content-type", "origin", "last-event-id");

  private final Mesh mesh;
  private final Origins origins;
  private final Duration timeout;

  McpRoute(Mesh mesh, Origins origins, Duration timeout) {
    this.mesh = mesh;
    this.origins = origins;
    this.timeout = timeout;
  }

  @Override
  public void handle(Exchange exchange) {
    HttpServerRequest request = exchange.request();
    origins.check(request);
    McpRequest message =
        new McpRequest(
            request.method().name(),
            protocolHeaders(request),
            new String(exchange.body(), StandardCharsets.UTF_8));
    mesh.call(McpApi.EXCHANGE, message, exchange.call(timeout))
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

  private static Map<String, String> protocolHeaders(HttpServerRequest request) {
    Map<String, String> out = new HashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (HEADERS.contains(name) || name.startsWith("mcp-")) {
        out.merge(name, header.getValue(), (first, next) -> first + ", " + next);
      }
    }
    return out;
  }

  private static void answer(Exchange exchange, McpReply reply) {
    reply.headers().forEach(exchange.response()::putHeader);
    exchange.replyAsIs(reply.status(), Buffer.buffer(reply.body()));
  }
}
