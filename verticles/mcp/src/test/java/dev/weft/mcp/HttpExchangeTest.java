package dev.weft.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.http.RelayedReply;
import dev.weft.contracts.http.RelayedRequest;
import dev.weft.json.Json;
import dev.weft.mcp.session.Sessions;
import dev.weft.mcp.tools.Tool;
import dev.weft.mcp.tools.ToolFailure;
import dev.weft.mesh.CallContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpExchangeTest {
  private static final CallContext ALICE = as("acme", "alice");

  private final HttpExchange exchange =
      new HttpExchange(
          new McpMethods("1.2.3", List.of(new EchoTool())),
          new Sessions(Duration.ofMinutes(10), 100, InstantSource.system()));

  @ParameterizedTest
  @CsvSource({
    "2025-11-25,2025-11-25",
    "2025-06-18,2025-06-18",
    "2025-03-26,2025-03-26",
    "2024-11-05,2025-11-25",
    "2099-01-01,2025-11-25"
  })
  void initializeAgreesOnARevisionAndBeginsASession(String asked, String agreed) throws Exception {
    RelayedReply reply = initialize(ALICE, asked);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers()).containsEntry("content-type", "application/json");
    assertThat(reply.headers().get("mcp-session-id")).matches("[A-Za-z0-9_-]{32}");
    JsonNode result = json(reply).path("result");
    assertThat(result.path("protocolVersion").asText()).isEqualTo(agreed);
    assertThat(result.path("capabilities").path("tools").isObject()).isTrue();
    assertThat(result.path("serverInfo").path("version").asText()).isEqualTo("1.2.3");
  }

  @Test
  void aNotificationIsAcceptedWithoutABody() {
    RelayedReply reply =
        inSession("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

    assertThat(reply.status()).isEqualTo(202);
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void aResponseIsAcceptedWithoutABody() {
    assertThat(inSession("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}").status()).isEqualTo(202);
  }

  @Test
  void pingIsAnsweredWithTheIdAsItCame() throws Exception {
    assertThat(json(inSession("{\"jsonrpc\":\"2.0\",\"id\":\"a-1\",\"method\":\"ping\"}")))
        .isEqualTo(Json.mapper().readTree("{\"jsonrpc\":\"2.0\",\"id\":\"a-1\",\"result\":{}}"));
    assertThat(json(call(7, "ping", "{}")).path("id").isIntegralNumber()).isTrue();
  }

  @Test
  void toolsAreListedOnOnePage() throws Exception {
    JsonNode result = json(call(1, "tools/list", "{}")).path("result");

    assertThat(result.path("tools")).hasSize(1);
    assertThat(result.at("/tools/0/name").asText()).isEqualTo("echo");
    assertThat(result.has("nextCursor")).isFalse();
    assertError(call(2, "tools/list", "{\"cursor\":\"x\"}"), 200, -32602, "2");
  }

  @Test
  void aToolAnswersWithStructureAndTheSameAsText() throws Exception {
    JsonNode result =
        json(call(1, "tools/call", "{\"name\":\"echo\",\"arguments\":{\"say\":\"hi\"}}"))
            .path("result");

    assertThat(result.at("/structuredContent/said").asText()).isEqualTo("hi");
    assertThat(result.at("/structuredContent/by").asText()).isEqualTo("alice");
    assertThat(result.path("isError").asBoolean()).isFalse();
    assertThat(Json.mapper().readTree(result.at("/content/0/text").asText()))
        .isEqualTo(result.path("structuredContent"));
  }

  @ParameterizedTest
  @CsvSource({
    "fail,Say something else.",
    "refuse,There is no such collection. (rag:collection.not_found)"
  })
  void aFailedToolIsAResultForTheModel(String say, String text) throws Exception {
    JsonNode result =
        json(call(1, "tools/call", "{\"name\":\"echo\",\"arguments\":{\"say\":\"" + say + "\"}}"))
            .path("result");

    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.at("/content/0/text").asText()).isEqualTo(text);
  }

  @Test
  void aFaultOfAToolIsAnErrorThatTellsNothing() {
    assertError(
        call(1, "tools/call", "{\"name\":\"echo\",\"arguments\":{\"say\":\"crash\"}}"),
        200,
        -32603,
        "1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resources/list|{}|-32601",
        "initialize2|{}|-32601",
        "tools/call|{}|-32602",
        "tools/call|{\"name\":5}|-32602",
        "tools/call|{\"name\":\"other\"}|-32602",
        "tools/call|{\"name\":\"echo\",\"arguments\":[]}|-32602",
      })
  void aRequestThatCannotBeIsAnErrorWithItsId(String method, String params, int code) {
    assertError(call(42, method, params), 200, code, "42");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{'|-32700|null",
        "''|-32700|null",
        "'{} {}'|-32700|null",
        "'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"'|-32700|null",
        "'null'|-32600|null",
        "'\"ping\"'|-32600|null",
        "'{}'|-32600|null",
        "'{\"id\":1,\"method\":\"ping\"}'|-32600|1",
        "'{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}'|-32600|1",
        "'{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}'|-32600|null",
        "'{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}'|-32600|null",
        "'{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}'|-32600|null",
        "'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}'|-32600|1",
        "'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}'|-32600|1",
        "'{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{}}'|-32600|1",
        "'{\"jsonrpc\":\"2.0\",\"id\":1}'|-32600|1",
      })
  void whatIsNoMessageIsRefused(String body, int code, String id) {
    assertError(inSession(body), 400, code, id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"protocolVersion\":1,\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}",
        "{\"protocolVersion\":\"2025-11-25\",\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}",
        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}"
      })
  void anIncompleteInitializeBeginsNoSession(String params) {
    RelayedReply reply =
        exchange.answer(
            post(
                Map.of(),
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":"
                    + params
                    + "}"),
            ALICE);

    assertError(reply, 200, -32602, "1");
    assertThat(reply.headers()).doesNotContainKey("mcp-session-id");
  }

  @Test
  void withoutASessionIdARequestIsBad() {
    RelayedReply reply =
        exchange.answer(
            post(Map.of(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}"), ALICE);

    assertError(reply, 400, -32000, "1");
  }

  @Test
  void anUnknownOrForeignSessionIsNotFound() {
    String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    Map<String, String> headers = Map.of("mcp-session-id", session(ALICE, "2025-11-25"));

    assertThat(exchange.answer(post(headers, ping), ALICE).status()).isEqualTo(200);
    assertError(exchange.answer(post(headers, ping), as("acme", "bob")), 404, -32001, "1");
    assertError(exchange.answer(post(headers, ping), as("other", "alice")), 404, -32001, "1");
    assertError(
        exchange.answer(post(Map.of("mcp-session-id", "none"), ping), ALICE), 404, -32001, "1");
  }

  @Test
  void deleteEndsTheSessionOfItsPrincipalOnly() {
    Map<String, String> headers = Map.of("mcp-session-id", session(ALICE, "2025-11-25"));
    RelayedRequest delete = new RelayedRequest("DELETE", headers, "");

    assertThat(exchange.answer(delete, as("acme", "bob")).status()).isEqualTo(404);
    assertThat(exchange.answer(delete, ALICE).status()).isEqualTo(204);
    assertThat(exchange.answer(delete, ALICE).status()).isEqualTo(404);
    assertThat(exchange.answer(new RelayedRequest("DELETE", Map.of(), ""), ALICE).status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "PATCH"})
  void otherMethodsAreNotAllowed(String method) {
    RelayedReply reply = exchange.answer(new RelayedRequest(method, Map.of(), ""), ALICE);

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.headers()).containsEntry("allow", "POST, DELETE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mcp-protocol-version|2024-11-05|400",
        "mcp-protocol-version|2026-07-28|400",
        "mcp-protocol-version|nonsense|400",
        "mcp-protocol-version|2025-06-18|200",
        "accept|text/event-stream|406",
        "accept|text/html, image/png|406",
        "accept|application/json, text/event-stream|200",
        "accept|application/json;q=0.9|200",
        "accept|*/*|200",
        "content-type|text/plain|415",
        "content-type|application/json; charset=utf-8|200",
        "content-type|''|415",
      })
  void headersAreChecked(String name, String value, int status) {
    Map<String, String> headers = new HashMap<>();
    headers.put("mcp-session-id", session(ALICE, "2025-11-25"));
    headers.put(name, value);

    RelayedReply reply =
        exchange.answer(post(headers, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"), ALICE);

    assertThat(reply.status()).isEqualTo(status);
    // Whoever waits for the answer knows it by its id, whatever was wrong.
    assertThat(reply.body()).contains("\"id\":1");
  }

  @Test
  void whatIsNullIsAbsent() throws Exception {
    String session = session(ALICE, "2025-11-25");
    for (String request :
        List.of(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":null}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"cursor\":null}}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                + "{\"name\":\"echo\",\"arguments\":null}}")) {
      RelayedReply reply = exchange.answer(post(Map.of("mcp-session-id", session), request), ALICE);
      assertThat(reply.status()).as(request).isEqualTo(200);
      assertThat(json(reply).has("error")).as(reply.body()).isFalse();
    }
  }

  @Test
  void aBodyThatIsTooLongIsRefused() {
    assertThat(inSession(" ".repeat(HttpExchange.LONGEST_BODY + 1)).status()).isEqualTo(413);
  }

  @Test
  void batchesAreAnsweredOnlyWhereTheRevisionHasThem() throws Exception {
    String batch =
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},"
            + "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"},"
            + "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"initialize\"},{}]";
    Map<String, String> old = Map.of("mcp-session-id", session(ALICE, "2025-03-26"));

    JsonNode answers = json(exchange.answer(post(old, batch), ALICE));
    assertThat(answers).hasSize(3);
    assertThat(answers.at("/0/result").isObject()).isTrue();
    assertThat(answers.at("/1/error/code").asInt()).isEqualTo(-32601);
    assertThat(answers.at("/2/error/code").asInt()).isEqualTo(-32600);
    assertThat(
            exchange
                .answer(
                    post(old, "[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}]"),
                    ALICE)
                .status())
        .isEqualTo(202);
    assertError(exchange.answer(post(old, "[]"), ALICE), 400, -32600, "null");
    assertError(
        exchange.answer(post(old, "[" + "1,".repeat(50) + "1]"), ALICE), 400, -32600, "null");
    for (String revision : List.of("2025-06-18", "2025-11-25")) {
      Map<String, String> young = Map.of("mcp-session-id", session(ALICE, revision));
      assertError(exchange.answer(post(young, batch), ALICE), 400, -32600, "null");
    }
  }

  private RelayedReply initialize(CallContext caller, String revision) {
    return exchange.answer(
        post(
            Map.of(),
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
                + "\"protocolVersion\":\""
                + revision
                + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}"),
        caller);
  }

  private String session(CallContext caller, String revision) {
    return String.valueOf(initialize(caller, revision).headers().get("mcp-session-id"));
  }

  private RelayedReply inSession(String body) {
    return exchange.answer(
        post(Map.of("mcp-session-id", session(ALICE, "2025-11-25")), body), ALICE);
  }

  private RelayedReply call(int id, String method, String params) {
    return inSession(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + id
            + ",\"method\":\""
            + method
            + "\",\"params\":"
            + params
            + "}");
  }

  private static RelayedRequest post(Map<String, String> extra, String body) {
    Map<String, String> headers = new HashMap<>();
    headers.put("content-type", "application/json");
    headers.put("accept", "application/json, text/event-stream");
    headers.putAll(extra);
    return new RelayedRequest("POST", headers, body);
  }

  private static CallContext as(String tenant, String subject) {
    return CallContext.background(Duration.ofSeconds(10))
        .withIdentity(new Identity(tenant, subject, Set.of("mcp:call"), "k1"));
  }

  private static JsonNode json(RelayedReply reply) throws Exception {
    return Json.mapper().readTree(reply.body());
  }

  private static void assertError(RelayedReply reply, int status, int code, String id) {
    assertThat(reply.status()).isEqualTo(status);
    try {
      JsonNode body = json(reply);
      assertThat(body.at("/error/code").asInt()).as(reply.body()).isEqualTo(code);
      assertThat(body.at("/error/message").asText()).isNotBlank();
      assertThat(body.path("id").asText()).isEqualTo(id);
      assertThat(body.has("result")).isFalse();
    } catch (Exception e) {
      throw new AssertionError("no JSON: " + reply.body(), e);
    }
  }

  private static final class EchoTool implements Tool {
    @Override
    public String name() {
      return "echo";
    }

    @Override
    public ObjectNode description() {
      return JsonNodeFactory.instance.objectNode().put("name", "echo");
    }

    @Override
    public ObjectNode call(ObjectNode arguments, CallContext context) throws ToolFailure {
      String say = arguments.path("say").asText();
      switch (say) {
        case "fail" -> throw new ToolFailure("Say something else.");
        case "refuse" ->
            throw WeftError.of("rag:collection", Reason.NOT_FOUND, "There is no such collection.")
                .exception();
        case "crash" -> throw new IllegalStateException("secret inner working");
        default -> {
          return JsonNodeFactory.instance
              .objectNode()
              .put("said", say)
              .put("by", context.caller().subject());
        }
      }
    }
  }
}
