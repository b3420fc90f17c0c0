package dev.weft.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.Empty;
import dev.weft.contracts.Reason;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.http.RelayedReply;
import dev.weft.contracts.http.RelayedRequest;
import dev.weft.contracts.mcp.McpApi;
import dev.weft.contracts.rag.CollectionInfo;
import dev.weft.contracts.rag.CollectionList;
import dev.weft.contracts.rag.RagApi;
import dev.weft.contracts.rag.Search;
import dev.weft.contracts.rag.SearchResult;
import dev.weft.json.Json;
import dev.weft.mesh.CallContext;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.testkit.node.TestNode;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RagSearchIT {
  private TestNode node;
  private String session = "";

  @BeforeEach
  void start() {
    node = TestNode.start(new McpService(), new FakeRag());
    session =
        send(
                alice(),
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                    + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}")
            .headers()
            .getOrDefault("mcp-session-id", "");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void aSearchIsMadeInTheCallersName() throws Exception {
    JsonNode result = search("{\"collection\":\"docs\",\"query\":\"lamp\",\"limit\":2}");

    assertThat(result.path("isError").asBoolean()).isFalse();
    JsonNode content = result.path("structuredContent");
    assertThat(content.path("hits")).hasSize(2);
    assertThat(content.at("/hits/0/text").asText()).isEqualTo("hit 0 for acme: lamp");
    assertThat(content.path("omitted").asInt()).isZero();
  }

  @Test
  void theResultHasWhatItsSchemaPromises() throws Exception {
    JsonNode tool =
        Json.mapper().readTree(send(alice(), "tools/list", "{}").body()).at("/result/tools/0");
    JsonNode content =
        search("{\"collection\":\"docs\",\"query\":\"lamp\"}").path("structuredContent");

    JsonNode schema = tool.path("outputSchema");
    assertThat(names(content)).isEqualTo(names(schema.path("properties")));
    assertThat(names(content.at("/hits/0")))
        .isEqualTo(names(schema.at("/properties/hits/items/properties")));
    assertThat(tool.at("/annotations/readOnlyHint").asBoolean()).isTrue();
  }

  @Test
  void whatRagRefusesTheModelGetsToKnow() throws Exception {
    JsonNode result = search("{\"collection\":\"none\",\"query\":\"lamp\"}");

    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.at("/content/0/text").asText())
        .contains("rag:collection.not_found", "'none'", "docs0, docs1,")
        .contains("rag_collections")
        .doesNotContain("docs20");
  }

  @Test
  void collectionsAreListed() throws Exception {
    JsonNode result =
        Json.mapper()
            .readTree(send(alice(), "tools/call", "{\"name\":\"rag_collections\"}").body())
            .path("result");

    assertThat(result.path("isError").asBoolean()).isFalse();
    JsonNode content = result.path("structuredContent");
    assertThat(content.path("collections")).hasSize(200);
    assertThat(content.at("/collections/3/name").asText()).isEqualTo("docs3");
    assertThat(content.path("omitted").asInt()).isEqualTo(5);
    JsonNode schema =
        Json.mapper()
            .readTree(send(alice(), "tools/list", "{}").body())
            .at("/result/tools/1/outputSchema");
    assertThat(names(content)).isEqualTo(names(schema.path("properties")));
    assertThat(names(content.at("/collections/0")))
        .isEqualTo(names(schema.at("/properties/collections/items/properties")));
  }

  @Test
  void wrongArgumentsNeverReachRag() throws Exception {
    for (String arguments :
        List.of(
            "{}",
            "{\"collection\":\"docs\"}",
            "{\"collection\":\"docs\",\"query\":\" \"}",
            "{\"collection\":5,\"query\":\"lamp\"}",
            "{\"collection\":\"docs\",\"query\":\"lamp\",\"limit\":0}",
            "{\"collection\":\"docs\",\"query\":\"lamp\",\"limit\":51}",
            "{\"collection\":\"docs\",\"query\":\"lamp\",\"limit\":1.5}",
            "{\"collection\":\"docs\",\"query\":\"lamp\",\"limit\":4294967297}",
            "{\"collection\":\"docs\",\"query\":\"lamp\",\"tenant\":\"other\"}",
            "{\"collection\":\"docs\",\"query\":\"" + "x".repeat(10_001) + "\"}")) {
      JsonNode result = search(arguments);
      assertThat(result.path("isError").asBoolean()).as(arguments).isTrue();
      assertThat(result.at("/content/0/text").asText()).contains("argument");
    }
  }

  @Test
  void aResultTooLargeForAModelIsCut() throws Exception {
    JsonNode content =
        search("{\"collection\":\"large\",\"query\":\"lamp\",\"limit\":50}")
            .path("structuredContent");

    assertThat(content.path("hits")).hasSize(6);
    assertThat(content.path("omitted").asInt()).isEqualTo(44);
  }

  @Test
  void aKeyThatMayNotReadDocumentsCannotSearchThem() throws Exception {
    CallContext narrow = node.as("acme", "alice", Scopes.MCP_CALL);

    RelayedReply reply =
        send(
            narrow,
            "tools/call",
            "{\"name\":\"rag_search\",\"arguments\":{\"collection\":\"docs\",\"query\":\"lamp\"}}");

    JsonNode result = Json.mapper().readTree(reply.body()).path("result");
    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.at("/content/0/text").asText()).contains("mesh:scope.denied");
  }

  @Test
  void aKeyThatMayNotCallToolsIsRefusedAtTheDoor() {
    assertThatThrownBy(() -> send(node.as("acme", "alice", Scopes.RAG_READ), "ping", "{}"))
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.error().reason()).isEqualTo(Reason.DENIED));
  }

  @Test
  void healthSaysWhetherRagIsThere() {
    assertThat(health(node).status()).isEqualTo(HealthReport.UP);
    try (TestNode alone = TestNode.start(new McpService())) {
      HealthReport report = health(alone);
      assertThat(report.status()).isEqualTo(HealthReport.DEGRADED);
      assertThat(report.checks())
          .extracting(HealthReport.Check::needs)
          .containsExactly("start the rag service");
    }
  }

  private static HealthReport health(TestNode node) {
    return node.mesh()
        .call(HealthApi.of("mcp"), Empty.INSTANCE, node.anonymous())
        .timeout(10, TimeUnit.SECONDS)
        .await();
  }

  private CallContext alice() {
    return node.as("acme", "alice", Scopes.MCP_CALL, Scopes.RAG_READ);
  }

  private JsonNode search(String arguments) throws Exception {
    RelayedReply reply =
        send(alice(), "tools/call", "{\"name\":\"rag_search\",\"arguments\":" + arguments + "}");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return Json.mapper().readTree(reply.body()).path("result");
  }

  private RelayedReply send(CallContext caller, String method, String params) {
    Map<String, String> headers = new HashMap<>();
    headers.put("content-type", "application/json");
    headers.put("mcp-session-id", session);
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
    return node.mesh()
        .call(McpApi.EXCHANGE, new RelayedRequest("POST", headers, body), caller)
        .timeout(10, TimeUnit.SECONDS)
        .await();
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A rag service that finds as many hits as asked for. */
  private static final class FakeRag implements Service {
    static final List<CollectionInfo> COLLECTIONS =
        IntStream.range(0, 205)
            .mapToObj(
                i -> new CollectionInfo("docs" + i, "About " + i, i, i, "2026-01-01T00:00:00Z"))
            .toList();

    @Override
    public ServiceDescriptor descriptor() {
      return RagApi.SERVICE;
    }

    @Override
    public List<Deployment> verticles(NodeContext node) {
      return List.of(
          Deployment.onEventLoops(
              () ->
                  new VerticleBase() {
                    @Override
                    public Future<?> start() {
                      return Future.all(
                          node.mesh().serve(RagApi.SEARCH, FakeRag::search),
                          node.mesh()
                              .serve(
                                  RagApi.LIST_COLLECTIONS,
                                  (request, call) ->
                                      Future.succeededFuture(new CollectionList(COLLECTIONS))));
                    }
                  }));
    }

    private static Future<SearchResult> search(Search search, CallContext context) {
      if (search.collection().equals("none")) {
        return Future.failedFuture(
            WeftError.of("rag:collection", Reason.NOT_FOUND, "There is no collection 'none'.")
                .exception());
      }
      String padding = search.collection().equals("large") ? "x".repeat(9_900) : "";
      List<SearchResult.Hit> hits =
          IntStream.range(0, search.limit() == null ? 5 : search.limit())
              .mapToObj(
                  i -> {
                    String text =
                        "hit "
                            + i
                            + " for "
                            + context.caller().tenant()
                            + ": "
                            + search.query()
                            + padding;
                    return new SearchResult.Hit(
                        "d" + i, "Title", text, 0, text.length(), 1.0 / (i + 1), Map.of(), null);
                  })
              .toList();
      return Future.succeededFuture(new SearchResult(search.collection(), search.query(), hits));
    }
  }
}
