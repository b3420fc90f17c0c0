package dev.weft.all.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.auth.keys.DevKey;
import dev.weft.gateway.GatewayService;
import dev.weft.json.Json;
import dev.weft.node.Node;
import dev.weft.node.NodeOptions;
import dev.weft.node.Service;
import dev.weft.node.Settings;
import dev.weft.node.config.Config;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** All services in one node, three instances of each one's main verticle. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstancesIT {
  private static final int INSTANCES = 3;

  private final HttpClient client = HttpClient.newHttpClient();
  private final DatabaseUrl database = TestDatabases.create();
  private final List<Service> services = Service.onClassPath();
  private final Node node;
  private final String url;
  private final String key;

  InstancesIT(@TempDir Path folder) {
    Config config =
        Settings.loader(services)
            .flag("data", folder.toString(), "test")
            .flag("gateway.port", "0", "test")
            .load();
    node =
        Node.start(
            new NodeOptions("weft", services, NodeOptions.Mode.LOCAL, config)
                .withDatabase(database)
                .withInstances(INSTANCES));
    int port =
        services.stream()
            .filter(GatewayService.class::isInstance)
            .mapToInt(service -> ((GatewayService) service).port())
            .sum();
    url = "http://127.0.0.1:" + port;
    key = DevKey.read(folder).orElseThrow();
  }

  @BeforeAll
  void awaitHealth() {
    Eventually.holds(() -> send("GET", "/health", "", "").body().contains("\"status\":\"up\""));
  }

  @AfterAll
  void stop() {
    client.close();
    node.stop();
    TestDatabases.drop(database);
  }

  @Test
  void eachHealthCheckIsToldOnce() throws Exception {
    for (JsonNode service : json(send("GET", "/health", "", "")).path("services")) {
      List<String> names = new ArrayList<>();
      service.path("checks").forEach(check -> names.add(check.path("name").asText()));
      assertThat(names).as(service.path("service").asText()).doesNotHaveDuplicates();
    }
  }

  @Test
  void aSessionIsKnownToWhicheverInstanceARequestMeets() throws Exception {
    HttpResponse<String> begun =
        send(
            "POST",
            "/mcp",
            """
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
              "protocolVersion": "2025-11-25", "capabilities": {},
              "clientInfo": {"name": "test", "version": "1"}}}
            """,
            "");
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
    String session = begun.headers().firstValue("mcp-session-id").orElseThrow();
    for (int i = 0; i < 4 * INSTANCES; i++) {
      HttpResponse<String> tools =
          send("POST", "/mcp", "{\"jsonrpc\": \"2.0\", \"id\": 2, \"method\": \"ping\"}", session);
      assertThat(tools.statusCode()).as(tools.body()).isEqualTo(200);
    }
  }

  @Test
  void whatOneInstanceIndexedAnotherFinds() throws Exception {
    json(send("POST", "/v1/rag/collections", "{\"name\": \"sea\"}", ""));
    json(
        send(
            "POST",
            "/v1/rag/collections/sea/documents",
            "{\"id\": \"whales\", \"text\": \"Whales sleep upright.\"}",
            ""));
    for (int i = 0; i < 2 * INSTANCES; i++) {
      JsonNode found =
          json(
              send(
                  "POST",
                  "/v1/rag/search",
                  "{\"collection\": \"sea\", \"query\": \"whales\"}",
                  ""));
      assertThat(found.path("hits")).hasSize(1);
    }
  }

  @Test
  void everyInstanceAnswers() throws Exception {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 2 * INSTANCES; i++) {
      JsonNode answer =
          json(
              send(
                  "POST",
                  "/v1/chat/completions",
                  "{\"messages\": [{\"role\": \"user\", \"content\": \"What are you?\"}]}",
                  ""));
      ids.add(answer.path("id").asText());
    }
    assertThat(ids).hasSize(2 * INSTANCES);
  }

  private HttpResponse<String> send(String method, String path, String body, String session) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!session.isEmpty()) {
      request.header("mcp-session-id", session).header("mcp-protocol-version", "2025-11-25");
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.mapper().readTree(answer.body());
  }
}
