package dev.weft.gateway.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weft.contracts.Identity;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthStatus;
import dev.weft.contracts.health.ServiceStatus;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.HeaderNames;
import dev.weft.json.Json;
import dev.weft.node.Readiness;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Supplier;

/** Answers how the whole is, and each service by itself. */
public final class HealthRoutes {
  private HealthRoutes() {}

  /** Tells how the whole is. */
  public static Route.Handler whole(HealthBoard board) {
    return exchange ->
        board
            .summary()
            .onSuccess(
                summary ->
                    answer(
                        exchange,
                        summary.status(),
                        isTrusted(exchange) ? summary : HealthStatus.of(summary)));
  }

  /** Tells that the process answers. */
  public static Route.Handler live() {
    Buffer live = Buffer.buffer("live\n");
    return exchange -> exchange.reply(200, "text/plain", live);
  }

  /** Tells whether the process has what it needs to serve. */
  public static Route.Handler ready(Supplier<Future<Readiness>> look) {
    return exchange ->
        look.get()
            .onSuccess(
                found -> {
                  if (!exchange.isOver()) {
                    exchange.reply(found.status(), "text/plain", Buffer.buffer(found.line()));
                  }
                });
  }

  /** Tells how one service is. */
  public static Route.Handler service(HealthBoard board, String service) {
    return exchange ->
        board
            .report(service)
            .onSuccess(
                report ->
                    answer(
                        exchange,
                        report.status(),
                        isTrusted(exchange) ? report : ServiceStatus.of(report)));
  }

  /** Whether the caller may know of nodes, versions and what is wrong. */
  private static boolean isTrusted(Exchange exchange) {
    Identity caller = exchange.caller();
    return caller != null && caller.holds(GatewayApi.HEALTH_SCOPE);
  }

  private static void answer(Exchange exchange, String status, Object body) {
    if (exchange.isOver()) {
      return;
    }
    exchange.response().putHeader(HttpHeaders.CACHE_CONTROL, HeaderNames.NO_STORE);
    try {
      exchange.json(
          status.equals(HealthReport.DOWN) ? 503 : 200, Json.mapper().writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      exchange.fail(e);
    }
  }
}
