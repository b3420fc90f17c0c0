package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.objects.TenantName;
import dev.weft.gateway.support.Counters;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import dev.weft.json.Json;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of public namespaces over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObjectsIT {
  private final Gateway gateway =
      Gateway.start(settings -> settings, false, List.of(Counters.service()));

  @BeforeAll
  void keys() {
    gateway.auth.allowFor("other", "other-key", "objects:call");
    gateway.auth.allowFor("a/b", "slash-key", "objects:call");
    gateway.auth.allowFor("a", "a-key", "objects:call");
    gateway.auth.allow("poor-key", "rag:read");
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void aMethodIsCalledWithItsArguments() throws Exception {
    assertThat(body(call("counter/visits/add", "[2]"))).isEqualTo("2");
    assertThat(body(call("counter/visits/add", " [ 3 ] "))).isEqualTo("5");
    HttpResponse<String> value = call("counter/visits/value", "");
    assertThat(body(value)).isEqualTo("5");
    assertThat(value.headers().firstValue("content-type")).contains("application/json");
    assertThat(body(call("counter/visits/value", "[]"))).isEqualTo("5");
    assertThat(body(call("counter/visits/reset", ""))).isEqualTo("null");
    assertThat(body(call("counter/visits/value", ""))).isEqualTo("0");
    assertThat(body(call("counter/visits/move", "[{\"x\":1,\"y\":7},null]")))
        .isEqualTo("{\"x\":2,\"y\":7}");
    String echo = body(call("counter/visits/echo", "[\"\\u00e9 \\ud83e\\udd8a 模型\"]"));
    assertThat(Json.mapper().readTree(echo).asText()).isEqualTo("é 🦊 模型");
  }

  @Test
  void theObjectKnowsWhoCalls() throws Exception {
    HttpResponse<String> answer =
        gateway.send(
            request("counter/me/caller", Gateway.KEY)
                .header("x-request-id", "mine-1")
                .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(Json.mapper().readTree(answer.body()))
        .extracting(JsonNode::asText)
        .containsExactly("tenant", "subject", "mine-1", "tenant/me");
    // The same object for a program on the mesh.
    Counters.Counter counter =
        gateway
            .node
            .context("counting")
            .objects()
            .stub(Counters.PUBLIC, TenantName.of("tenant", "shared"))
            .with(gateway.node.as("tenant", "program"))
            .object();
    assertThat(body(call("counter/shared/add", "[4]"))).isEqualTo("4");
    assertThat(counter.add(1)).isEqualTo(5);
  }

  @Test
  void tenantsDoNotReachEachOthersObjects() throws Exception {
    assertThat(body(call("counter/purse/add", "[100]"))).isEqualTo("100");
    assertThat(body(call("counter/purse/value", "", "other-key"))).isEqualTo("0");
    for (String guess : List.of("tenant/purse", "../tenant/purse", "/tenant/purse", "%2Fpurse")) {
      assertThat(body(call("counter/" + encoded(guess) + "/value", "", "other-key")))
          .as(guess)
          .isEqualTo("0");
    }
    // The names of two tenants are told apart also where one begins like the other.
    assertThat(body(call("counter/" + encoded("b/c") + "/add", "[1]", "a-key"))).isEqualTo("1");
    assertThat(body(call("counter/c/value", "", "slash-key"))).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".", "..", "a/b", "/", "//", "a/../b", "?", "a?b=c", "#", "%", "%2e%2e", "%2F", "+", "a b",
        ";v=1", "*", "{id}", "\\", "模型", "🦊", "e\u0301", "\u2028", "\n", "watch", "value"
      })
  void anyTextIsAName(String name) throws Exception {
    HttpResponse<String> answer = call("counter/" + encoded(name) + "/caller", "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Json.mapper().readTree(answer.body()).path(3).asText()).isEqualTo("tenant/" + name);
  }

  @Test
  void dotsThatAreNotEncodedArePartOfThePathAsTheyStand() throws Exception {
    assertThat(raw("counter/../caller")).startsWith("HTTP/1.1 200").contains("\"tenant/..\"");
    assertThat(raw("counter/a/../caller")).startsWith("HTTP/1.1 404");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%00", "a%00b", "%", "%zz", "%a"})
  void whatIsNoTextIsNoName(String segment) throws Exception {
    String answer = raw("counter/" + segment + "/value");
    assertThat(answer).as(segment).matches("(?s)HTTP/1.1 (400|404).*").contains("\"error\"");
  }

  @Test
  void anEmptyOrEndlessNameIsRefused() throws Exception {
    assertThat(raw("counter//value")).startsWith("HTTP/1.1 404");
    assertRefused(call("counter/" + "x".repeat(1_100) + "/value", ""), 400, "object:id.invalid");
  }

  @Test
  void aNamespaceThatIsNotPublicIsNotToldFromOneThatIsNotThere() throws Exception {
    JsonNode secret = assertRefused(call("secret/a/value", ""), 404, "object:namespace.not_found");
    JsonNode none = assertRefused(call("absent/a/value", ""), 404, "object:namespace.not_found");
    assertThat(secret.path("message").asText().replace("secret", "absent"))
        .isEqualTo(none.path("message").asText());
    for (String odd : List.of("counter.call", "%2e", "objects.counter", "counter%2fdoor", "..")) {
      assertRefused(call(odd + "/a/value", ""), 404, "object:namespace.not_found");
    }
  }

  @Test
  void aMethodThatIsNoneIsNamedAndMakesNoObject() throws Exception {
    JsonNode error =
        assertRefused(call("counter/fresh/subtract", "[1]"), 404, "object:method.not_found");
    assertThat(error.path("message").asText()).contains("subtract");
    for (String method : List.of("toString", "hashCode", "getClass", "add.call")) {
      assertRefused(call("counter/fresh/" + method, ""), 404, "object:method.not_found");
    }
    var objects = gateway.node.context("counting").objects();
    assertThat(
            objects.inspector().list("counter", TenantName.of("tenant", "fresh"), null, 1).await())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add | {} | json:invalid",
        "add | 5 | json:invalid",
        "add | [1 | json:invalid",
        "add | [1] [2] | json:invalid",
        "add | [1],\"requestId\":\"x\" | json:invalid",
        "add | [] | object:request.invalid",
        "add | [1,2] | object:request.invalid",
        "add | [\"1\"] | object:request.invalid",
        "add | [1.5] | object:request.invalid",
        "add | [null] | object:request.invalid",
        "add | [99999999999999999999] | object:request.invalid",
        "value | [1] | object:request.invalid",
        "move | [{\"x\":1,\"x\":2},null] | json:invalid",
        "move | [{\"x\":1,\"z\":2},null] | object:request.invalid",
        "move | [{\"y\":1},null] | object:request.invalid",
        "move | [null,null,null] | object:request.invalid",
      })
  void argumentsThatDoNotFitAreRefused(String method, String arguments, String code)
      throws Exception {
    JsonNode error = assertRefused(call("counter/strict/" + method, arguments), 400, code);
    assertThat(error.path("message").asText()).doesNotContain("java", "jackson", "dev.weft");
    assertThat(body(call("counter/strict/value", ""))).isEqualTo("0");
  }

  @Test
  void whereAnArgumentIsWrongIsSaid() throws Exception {
    JsonNode error =
        assertRefused(
            call("counter/strict/move", "[{\"x\":\"far\"},null]"), 400, "object:request.invalid");
    assertThat(error.path("message").asText())
        .isEqualTo("counter.move: '[0].x' must be an integer.");
  }

  @Test
  void bodiesAreBounded() throws Exception {
    assertThat(body(call("counter/strict/echo", "[\"" + "x".repeat(1_000_000) + "\"]")))
        .hasSize(1_000_002);
    JsonNode refused =
        assertRefused(
            call("counter/strict/echo", "[\"" + "x".repeat(1 << 20) + "\"]"),
            413,
            "gateway:body.too_large");
    assertThat(refused.path("message").asText()).contains("1048576", "gateway.maxFieldsBytes");
    assertRefused(
        call("counter/strict/echo", "[".repeat(5_000) + "]".repeat(5_000)), 400, "json:invalid");
  }

  @Test
  void aKeyNeedsTheScopeAndThatOfTheNamespace() throws Exception {
    for (String namespace : List.of("counter", "secret", "absent")) {
      assertRefused(call(namespace + "/a/value", "", "poor-key"), 403, "gateway:objects.denied");
    }
    assertRefused(call("metered/a/value", "", "a-key"), 403, "mesh:scope.denied");
    assertThat(body(call("metered/a/value", ""))).isEqualTo("0");
    assertThat(call("counter/a/value", "", "no-such-key").statusCode()).isEqualTo(401);
  }

  @Test
  void anIdempotencyKeyLetsACallHaveItsEffectOnce() throws Exception {
    assertThat(keyed("once", "[7]", "k1").body()).isEqualTo("7");
    assertThat(keyed("once", "[7]", "k1").body()).isEqualTo("7");
    assertRefused(keyed("once", "[8]", "k1"), 409, "object:request.conflict");
    assertThat(keyed("once", "[7]", "k2").body()).isEqualTo("14");
    assertRefused(keyed("once", "[7]", "k".repeat(129)), 400, "object:id.invalid");
    assertRefused(keyed("once", "[7]", ""), 400, "object:id.invalid");
  }

  @Test
  void errorsOfTheObjectAreToldInTheShapeOfAll() throws Exception {
    JsonNode refused = assertRefused(call("counter/e/refuse", ""), 409, "shop:stock.conflict");
    assertThat(refused.path("message").asText()).isEqualTo("Sold out.");
    HttpResponse<String> failed = call("counter/e/fail", "");
    assertRefused(failed, 500, "object:internal");
    assertThat(failed.body()).doesNotContain("1234").doesNotContain("IllegalState");
    assertThat(failed.headers().firstValue("x-should-retry")).contains("false");
  }

  @Test
  void otherMethodsAndPathsAreToldAsSuch() throws Exception {
    HttpResponse<String> get = gateway.get("/v1/objects/counter/a/value");
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.headers().firstValue("allow")).contains("POST");
    assertThat(call("counter/a", "").statusCode()).isEqualTo(404);
    assertThat(call("counter/a/value/x", "").statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> call(String path, String arguments) throws Exception {
    return call(path, arguments, Gateway.KEY);
  }

  private HttpResponse<String> call(String path, String arguments, String key) throws Exception {
    return gateway.send(request(path, key).POST(HttpRequest.BodyPublishers.ofString(arguments)));
  }

  private HttpResponse<String> keyed(String id, String arguments, String key) throws Exception {
    return gateway.send(
        request("counter/" + id + "/add", Gateway.KEY)
            .header("idempotency-key", key)
            .POST(HttpRequest.BodyPublishers.ofString(arguments)));
  }

  private HttpRequest.Builder request(String path, String key) {
    return HttpRequest.newBuilder(gateway.uri("/v1/objects/" + path))
        .header("authorization", "Bearer " + key);
  }

  /** A call whose path is sent as it is. */
  private String raw(String path) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(
          "POST /v1/objects/"
              + path
              + " HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 0\r\n"
              + "authorization: Bearer "
              + Gateway.KEY
              + "\r\n\r\n");
      return client.readAll();
    }
  }

  private static String body(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static JsonNode assertRefused(HttpResponse<String> answer, int status, String code)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode error = Json.mapper().readTree(answer.body()).path("error");
    assertThat(error.path("code").asText()).as(answer.body()).isEqualTo(code);
    return error;
  }

  /** Everything but letters and digits as {@code %XX}, dots too. */
  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace(".", "%2E")
        .replace("*", "%2A")
        .replace("-", "%2D");
  }
}
