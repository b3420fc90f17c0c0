package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.upstream.ScriptedUpstream;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Five terminals: the jars, started by hand in any order, form a cluster and survive a death. */
@Timeout(360)
class FiveJarsIT {
  private final Vertx vertx = Vertx.vertx();
  private final DatabaseUrl database = TestDatabases.create();
  private ScriptedUpstream upstream = ScriptedUpstream.start(vertx);

  @BeforeEach
  void listModels() {
    upstream.models("scripted");
  }

  @AfterEach
  void stop() {
    upstream.close();
    vertx.close().await();
    TestDatabases.drop(database);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth rag chat mcp gateway", "gateway mcp chat rag auth"})
  void theySpeakToEachOtherAndSurviveTheDeathOfOne(String order, @TempDir Path folder)
      throws Exception {
    Map<String, String> environment =
        Map.of("DATABASE_URL", database.uri(), "OPENAI_BASE_URL", upstream.baseUrl());
    try (Nodes nodes = new Nodes(folder, environment)) {
      for (String service : order.split(" ")) {
        nodes.start(service);
      }
      for (String service : order.split(" ")) {
        nodes.awaitReady(service);
      }
      Client open = new Client(nodes.url(), "");
      awaitHealth(open, "up");
      for (String service : List.of("auth", "chat", "mcp", "rag")) {
        Client management = new Client("http://127.0.0.1:" + nodes.managementPort(service), "");
        assertThat(management.get("/health").statusCode()).as(service).isEqualTo(200);
        assertThat(management.get("/metrics").body()).as(service).contains("jvm_memory_used");
      }
      Client client =
          new Client(nodes.url(), Files.readString(folder.resolve("data/dev.key")).strip());
      assertThat(client.events("hello")).last().isEqualTo("[DONE]");

      assertThatAKillMidStreamIsToldInBand(nodes, client);

      JsonNode health = awaitHealth(client, "degraded");
      JsonNode chat = serviceOf(health, "chat");
      assertThat(chat.path("status").asText()).isEqualTo("down");
      assertThat(chat.path("since").asText()).isNotEmpty();
      assertThat(chat.path("checks").get(0).path("needs").asText()).contains("weft-chat.jar");

      nodes.start("chat");
      nodes.awaitReady("chat");
      awaitHealth(open, "up");
      assertThat(client.events("hello again")).last().isEqualTo("[DONE]");
    }
  }

  private static void assertThatAKillMidStreamIsToldInBand(Nodes nodes, Client client)
      throws Exception {
    try (Stream<String> lines = client.stream("scripted?events=3000&gap=20", "go on")) {
      Iterator<String> iterator = lines.iterator();
      List<String> seen = new ArrayList<>();
      while (seen.stream().filter(line -> line.contains("\"content\"")).count() < 5) {
        seen.add(iterator.next());
      }
      long killed = System.nanoTime();
      nodes.process("chat").signal("KILL");
      List<String> rest = new ArrayList<>();
      iterator.forEachRemaining(rest::add);
      Duration took = Duration.ofNanos(System.nanoTime() - killed);

      assertThat(rest).anyMatch(line -> line.startsWith("data: ") && line.contains("\"error\""));
      assertThat(rest).noneMatch(line -> line.contains("[DONE]"));
      assertThat(took).isLessThan(Duration.ofSeconds(2));
    }
  }

  private static JsonNode awaitHealth(Client client, String status) throws Exception {
    JsonNode[] last = new JsonNode[1];
    boolean reached =
        Wait.until(
            Duration.ofSeconds(30),
            () -> {
              try {
                last[0] = client.json("/health");
                return last[0].path("status").asText().equals(status);
              } catch (java.io.IOException | InterruptedException e) {
                return false;
              }
            });
    assertThat(reached).as("health " + status + ", last: " + last[0]).isTrue();
    return last[0];
  }

  private static JsonNode serviceOf(JsonNode health, String name) {
    for (JsonNode service : health.path("services")) {
      if (service.path("service").asText().equals(name)) {
        return service;
      }
    }
    throw new AssertionError("no " + name + " in " + health);
  }
}
