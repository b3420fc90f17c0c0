package dev.weft.gateway.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weft.contracts.health.HealthReport;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.Names;
import dev.weft.mesh.Json;
import io.vertx.core.http.HttpHeaders;
import java.util.List;

/** The health routes: the whole, and each service by itself. */
public final class HealthRoutes {
  private HealthRoutes() {}

  /** The routes over a board. */
  public static List<Route> of(HealthBoard board) {
    return List.of(
        Route.open("/health", exchange -> summary(board, exchange)).unlogged(),
        service(board, "/v1/chat/health", "chat"),
        service(board, "/v1/rag/health", "rag"),
        service(board, "/sse/health", "mcp"),
        service(board, "/auth/health", "auth"));
  }

  private static Route service(HealthBoard board, String path, String service) {
    return Route.open(
            path,
            exchange ->
                board
                    .report(service)
                    .onSuccess(report -> answer(exchange, report.status(), report)))
        .unlogged();
  }

  private static void summary(HealthBoard board, Exchange exchange) {
    board.summary().onSuccess(summary -> answer(exchange, summary.status(), summary));
  }

  private static void answer(Exchange exchange, String status, Object body) {
    if (exchange.isOver()) {
      return;
    }
    exchange.response().putHeader(HttpHeaders.CACHE_CONTROL, Names.NO_STORE);
    try {
      exchange.json(
          status.equals(HealthReport.DOWN) ? 503 : 200, Json.mapper().writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      exchange.fail(e);
    }
  }
}
