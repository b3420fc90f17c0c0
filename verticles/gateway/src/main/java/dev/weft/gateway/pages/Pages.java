package dev.weft.gateway.pages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.health.HealthReport;
import dev.weft.gateway.health.HealthBoard;
import dev.weft.gateway.health.HealthSummary;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.Names;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The index, the API reference and its OpenAPI document. */
public final class Pages {
  private static final Map<String, String> HEALTH_PATHS =
      Map.of(
          "gateway", "/health",
          "chat", "/v1/chat/health",
          "mcp", "/sse/health",
          "rag", "/v1/rag/health",
          "auth", "/auth/health");

  private Pages() {}

  /** The routes. */
  public static List<Route> of(HealthBoard health, String version) {
    ApiDocument document = ApiDocument.of(version);
    return List.of(
        Route.open("/", exchange -> index(exchange, health)),
        Route.open("/docs", exchange -> html(exchange, document.page())),
        Route.open("/openapi.json", exchange -> exchange.json(200, document.json())));
  }

  private static void index(Exchange exchange, HealthBoard health) {
    String accept = exchange.request().getHeader(HttpHeaders.ACCEPT);
    boolean browser = accept != null && accept.contains("text/html");
    health
        .summary()
        .onSuccess(
            summary -> {
              if (exchange.isOver()) {
                return;
              }
              exchange.response().putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
              if (browser) {
                html(exchange, indexPage(summary));
              } else {
                exchange.json(200, indexJson(summary).toString().getBytes(StandardCharsets.UTF_8));
              }
            });
  }

  private static ObjectNode indexJson(HealthSummary summary) {
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.put("name", "Weft").put("version", summary.version()).put("status", summary.status());
    ArrayNode services = index.putArray("services");
    for (HealthReport report : summary.services()) {
      services
          .addObject()
          .put("name", report.service())
          .put("status", report.status())
          .put("health", HEALTH_PATHS.get(report.service()));
    }
    index
        .putObject("links")
        .put("docs", "/docs")
        .put("openapi", "/openapi.json")
        .put("health", "/health")
        .put("api", "/v1");
    return index;
  }

  private static String indexPage(HealthSummary summary) {
    StringBuilder rows = new StringBuilder();
    for (HealthReport report : summary.services()) {
      String status = Html.escape(report.status());
      StringBuilder needs = new StringBuilder();
      report
          .checks()
          .forEach(
              check -> {
                if (check.needs() != null) {
                  needs.append("<br>").append(Html.escape(check.needs()));
                }
              });
      rows.append("<tr><th><a href=\"")
          .append(HEALTH_PATHS.get(report.service()))
          .append("\">")
          .append(Html.escape(report.service()))
          .append("</a></th><td class=\"")
          .append(status)
          .append("\">")
          .append(status)
          .append("</td><td>since ")
          .append(Html.escape(report.since()))
          .append(needs)
          .append("</td></tr>\n");
    }
    return Html.page(
        "Weft",
        "<main class=\"alone\">\n<h1>Weft</h1>\n<p class=\"soft\">Version "
            + Html.escape(summary.version())
            + " · <a href=\"/docs\">API reference</a> · <a href=\"/openapi.json\">OpenAPI</a>"
            + " · <a href=\"/health\">Health</a></p>\n<article><table>"
            + rows
            + "</table></article>\n</main>");
  }

  private static void html(Exchange exchange, String page) {
    exchange
        .response()
        .putHeader("content-security-policy", Html.CONTENT_SECURITY_POLICY)
        .putHeader("referrer-policy", "no-referrer")
        .putHeader("x-frame-options", "DENY");
    exchange.reply(200, Names.HTML, Buffer.buffer(page));
  }
}
