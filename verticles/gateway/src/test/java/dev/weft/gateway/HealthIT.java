package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.health.HealthReport;
import dev.weft.gateway.support.FakeChat;
import dev.weft.gateway.support.Gateway;
import dev.weft.json.Json;
import dev.weft.testkit.node.Eventually;
import io.vertx.core.Future;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthIT {
  private final Gateway gateway = Gateway.start(settings -> settings, false);

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void aMissingServiceIsNamedWithWhatItNeedsAndUsedWhenItComes() throws Exception {
    HttpResponse<String> before = gateway.get("/health");
    JsonNode chat = service(before, "chat");

    assertThat(before.statusCode()).isEqualTo(200);
    assertThat(Json.mapper().readTree(before.body()).path("status").asText()).isEqualTo("degraded");
    assertThat(chat.path("status").asText()).isEqualTo("down");
    assertThat(Instant.parse(chat.path("since").asText())).isBefore(Instant.now());
    assertThat(chat.at("/checks/0/needs").asText()).contains("weft-chat.jar");
    assertThat(service(before, "gateway").path("status").asText()).isEqualTo("up");
    assertThat(open("/v1/chat/health").statusCode()).isEqualTo(503);
    HttpResponse<String> refused = gateway.complete("echo", false);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("retry-after")).isPresent();

    JsonNode later = service(gateway.get("/health"), "chat");
    assertThat(later.path("since")).isEqualTo(chat.path("since"));

    new FakeChat().join(gateway.node.context());

    assertThat(gateway.complete("echo", false).statusCode()).isEqualTo(200);
  }

  @Test
  void everyNodeIsListed() throws Exception {
    JsonNode nodes = Json.mapper().readTree(gateway.get("/health").body()).path("nodes");

    assertThat(nodes).hasSize(1);
    JsonNode node = nodes.get(0);
    assertThat(node.path("node").asText()).isEqualTo(gateway.node.mesh().nodeId());
    assertThat(node.path("state").asText()).isEqualTo("ready");
    assertThat(node.path("services").toString()).contains("\"auth\"", "\"rag\"");
    assertThat(node.path("services").toString()).doesNotContain("\"mcp\"");
    assertThat(Instant.parse(node.path("since").asText())).isBefore(Instant.now());
  }

  @Test
  void aGatewayIsReadyWhileItHasWhatItNeedsAndLivesInAnyCase() throws Exception {
    assertThat(open("/readyz").statusCode()).isEqualTo(200);
    assertThat(open("/readyz").body()).isEqualTo("ready\n");
    String probe = "readiness " + System.nanoTime();
    AtomicBoolean well = new AtomicBoolean();
    gateway
        .node
        .context()
        .addHealthCheck(
            () ->
                Future.succeededFuture(
                    new HealthReport.Check(
                        probe, well.get() ? HealthReport.UP : HealthReport.DOWN, "secret", "pw")));
    Eventually.holds(() -> readiness().equals("not ready: " + probe + "\n"));
    assertThat(open("/readyz").statusCode()).isEqualTo(503);
    for (String path : new String[] {"/livez", "/health/live"}) {
      assertThat(open(path).statusCode()).isEqualTo(200);
      assertThat(open(path).body()).isEqualTo("live\n");
    }
    well.set(true);
    Eventually.holds(() -> readiness().equals("ready\n"));
  }

  private String readiness() {
    try {
      return open("/readyz").body();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyNodeSaysWhatItSeesToWhoMayKnow() throws Exception {
    gateway.auth.allow("curious", "chat:invoke");
    String self = gateway.node.mesh().nodeId();
    JsonNode asked = Json.mapper().readTree(gateway.get("/v1/inspect/nodes").body());

    assertThat(asked.path("nodes")).hasSize(1);
    assertThat(asked.at("/nodes/0/report/node").asText()).isEqualTo(self);
    assertThat(asked.at("/nodes/0/view/nodes/0").asText()).isEqualTo(self);
    assertThat(asked.at("/nodes/0/view/missing")).isEmpty();
    assertThat(asked.at("/nodes/0/view/agrees").asBoolean()).isTrue();
    assertThat(open("/v1/inspect/nodes").statusCode()).isEqualTo(401);
    assertThat(status("/v1/inspect/nodes", "curious")).isEqualTo(403);
    assertThat(open("/health").body()).doesNotContain("\"view\"");
  }

  @Test
  void withoutAValidKeyOnlyNamesAndStatesAreTold() throws Exception {
    gateway.auth.allow("reader", "metrics:read");
    gateway.auth.allow("other", "chat:invoke");

    for (HttpResponse<String> answer :
        List.of(open("/health"), get("/health", "wrong"), get("/health", "other"))) {
      JsonNode health = Json.mapper().readTree(answer.body());
      assertThat(fields(health)).containsExactly("status", "services");
      assertThat(health.path("services")).hasSize(5);
      health
          .path("services")
          .forEach(one -> assertThat(fields(one)).containsExactly("service", "status"));
      assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
    }
    for (String path : List.of("/v1/rag/health", "/v1/chat/health", "/sse/health")) {
      assertThat(fields(Json.mapper().readTree(open(path).body())))
          .containsExactly("service", "status");
      assertThat(get(path, "reader").body()).contains("\"since\"", "\"checks\"");
    }
    assertThat(fields(Json.mapper().readTree(get("/health", "reader").body())))
        .containsExactly("status", "version", "services", "nodes");
    HttpResponse<String> page =
        gateway.send(HttpRequest.newBuilder(gateway.uri("/")).header("accept", "text/html"));
    assertThat(page.body()).contains("mcp").doesNotContain("weft-mcp.jar", "since");
  }

  @Test
  void theOpenRoutesNeedNoKey() throws Exception {
    for (String path :
        new String[] {
          "/", "/health", "/docs", "/openapi.json", "/sse/health", "/auth/health", "/v1/rag/health"
        }) {
      HttpResponse<String> response = open(path);
      assertThat(response.statusCode()).as(path).isIn(200, 503);
      assertThat(response.headers().firstValue("x-request-id")).as(path).isPresent();
      assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
    }
  }

  @Test
  void everyDocumentedOperationIsARoute() throws Exception {
    JsonNode paths = Json.mapper().readTree(open("/openapi.json").body()).path("paths");
    for (var path : paths.properties()) {
      String uri = path.getKey().replaceAll("\\{[^}]+}", "x");
      for (String method : new String[] {"get", "post", "put", "delete"}) {
        HttpResponse<String> response =
            gateway.send(
                HttpRequest.newBuilder(gateway.uri(uri))
                    .method(method.toUpperCase(Locale.ROOT), HttpRequest.BodyPublishers.noBody()));
        assertThat(response.statusCode() != 405)
            .as(method + " " + uri)
            .isEqualTo(path.getValue().has(method));
        assertThat(response.body()).doesNotContain("gateway:route.not_found");
      }
    }
  }

  @Test
  void metricsNeedAKeyThatMayReadThem() throws Exception {
    gateway.auth.allow("reader", "metrics:read");
    gateway.auth.allow("other", "chat:invoke");

    assertThat(open("/metrics").statusCode()).isEqualTo(401);
    assertThat(metrics("other")).isEqualTo(403);
    assertThat(metrics("reader")).isEqualTo(200);
  }

  @Test
  void theIndexIsJsonForProgramsAndAPageForBrowsers() throws Exception {
    JsonNode index = Json.mapper().readTree(open("/").body());
    assertThat(index.path("services")).hasSize(5);
    assertThat(index.at("/links/docs").asText()).isEqualTo("/docs");

    HttpResponse<String> page =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/")).header("accept", "text/html,*/*;q=0.8"));
    assertThat(page.body()).startsWith("<!doctype html>").contains("/sse/health");
    assertThat(page.headers().firstValue("content-security-policy"))
        .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'"));
  }

  private int metrics(String key) throws Exception {
    return status("/metrics", key);
  }

  private int status(String path, String key) throws Exception {
    return get(path, key).statusCode();
  }

  private HttpResponse<String> get(String path, String key) throws Exception {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri(path)).header("authorization", "Bearer " + key));
  }

  private static List<String> fields(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private HttpResponse<String> open(String path) throws Exception {
    return gateway.send(HttpRequest.newBuilder(gateway.uri(path)));
  }

  private static JsonNode service(HttpResponse<String> health, String name) throws Exception {
    for (JsonNode one : Json.mapper().readTree(health.body()).path("services")) {
      if (one.path("service").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("no " + name + " in " + health.body());
  }
}
