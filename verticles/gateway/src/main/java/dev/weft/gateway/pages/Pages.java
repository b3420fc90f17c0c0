package dev.weft.gateway.pages;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.contracts.gateway.Index;
import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthSummary;
import dev.weft.gateway.health.HealthBoard;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Exchange;
import dev.weft.gateway.http.answer.HeaderNames;
import dev.weft.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The index, the API reference and its OpenAPI document. */
public final class Pages {
  private Pages() {}

  /** The handlers by path. */
  public static Map<String, Route.Handler> of(HealthBoard health, String version) {
    ApiDocument document = new ApiDocument(health.services(), version);
    return Map.of(
        GatewayApi.INDEX, exchange -> index(exchange, health),
        GatewayApi.DOCS, exchange -> html(exchange, document.page(asked(exchange))),
        GatewayApi.OPENAPI, exchange -> exchange.json(200, document.json(asked(exchange))));
  }

  /** The address that was asked, as the client wrote it; a proxy before us may speak TLS for us. */
  private static String asked(Exchange exchange) {
    HttpServerRequest request = exchange.request();
    String scheme = request.getHeader("x-forwarded-proto");
    boolean tls = request.isSSL() || "https".equalsIgnoreCase(scheme);
    HostAndPort authority = request.authority();
    return authority == null ? "" : (tls ? "https://" : "http://") + authority;
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
                html(exchange, indexPage(health, summary));
              } else {
                exchange.json(200, Json.encodeBytes(index(health, summary)));
              }
            });
  }

  private static Index index(HealthBoard health, HealthSummary summary) {
    Map<String, String> links = new LinkedHashMap<>();
    links.put("docs", GatewayApi.DOCS);
    links.put("openapi", GatewayApi.OPENAPI);
    links.put("health", GatewayApi.HEALTH);
    links.put("api", "/v1");
    List<Index.Entry> services =
        summary.services().stream()
            .map(
                report ->
                    new Index.Entry(
                        report.service(), report.status(), healthPath(health, report.service())))
            .toList();
    return new Index("Weft", summary.version(), summary.status(), services, links);
  }

  private static String healthPath(HealthBoard health, String service) {
    ServiceDescriptor known = ServiceDescriptor.named(service, health.services());
    return known == null ? GatewayApi.HEALTH : known.healthPath();
  }

  private static String indexPage(HealthBoard health, HealthSummary summary) {
    StringBuilder rows = new StringBuilder();
    for (HealthReport report : summary.services()) {
      String status = Html.escape(report.status());
      rows.append("<tr><th><a href=\"")
          .append(Html.escape(healthPath(health, report.service())))
          .append("\">")
          .append(Html.escape(report.service()))
          .append("</a></th><td class=\"")
          .append(status)
          .append("\">")
          .append(status)
          .append("</td></tr>\n");
    }
    return Html.page(
        "Weft",
        "<main class=\"alone\">\n<h1>Weft</h1>\n<p class=\"soft\">Version "
            + Html.escape(summary.version())
            + " · <a href=\"/docs\">API reference</a> · <a href=\"/openapi.json\">OpenAPI</a>"
            + " · <a href=\"/health\">Health</a></p>\n<article><table>"
            + rows
            + "</table><p class=\"soft\">Asked with a key that holds <code>"
            + GatewayApi.HEALTH_SCOPE
            + "</code>, <code>/health</code> says what is missing.</p></article>\n</main>");
  }

  private static void html(Exchange exchange, String page) {
    exchange
        .response()
        .putHeader("content-security-policy", Html.CONTENT_SECURITY_POLICY)
        .putHeader("referrer-policy", "no-referrer")
        .putHeader("x-frame-options", "DENY");
    exchange.reply(200, HeaderNames.HTML, Buffer.buffer(page));
  }
}
