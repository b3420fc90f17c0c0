package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.objects.TenantName;
import dev.weft.gateway.support.Counters;
import dev.weft.gateway.support.Gateway;
import dev.weft.json.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/** Objects looked at and changed from outside, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InspectIT {
  private final Gateway gateway =
      Gateway.start(settings -> settings, false, List.of(Counters.service()));
  private final ListAppender<ILoggingEvent> audit = new ListAppender<>();

  @BeforeAll
  void keys() {
    gateway.auth.allow("owner-key", "objects:call", "objects:inspect");
    gateway.auth.allowFor("other", "other-key", "objects:call", "objects:inspect");
    gateway.auth.allow("caller-key", "objects:call");
    audit.start();
    ((Logger) LoggerFactory.getLogger("dev.weft.audit")).addAppender(audit);
  }

  @AfterAll
  void stop() {
    ((Logger) LoggerFactory.getLogger("dev.weft.audit")).detachAppender(audit);
    gateway.close();
  }

  @Test
  void objectsOfTheTenantAreListedByPages() throws Exception {
    for (String name : List.of("list.a", "list.b", "list.c", "unlisted")) {
      add(name, "owner-key");
    }
    add("list.foreign", "other-key");
    JsonNode page = json(send("GET", "counter?prefix=list.&limit=2", "owner-key"));
    assertThat(page.path("objects")).hasSize(2);
    String after = page.at("/objects/1/id").asText();
    JsonNode rest = json(send("GET", "counter?prefix=list.&limit=2&after=" + after, "owner-key"));
    List<String> names =
        Stream.of(page, rest)
            .flatMap(each -> each.path("objects").findValuesAsText("name").stream())
            .sorted()
            .toList();
    assertThat(names).containsExactly("list.a", "list.b", "list.c");
    assertRefused(send("GET", "counter?limit=0", "owner-key"), 400, "gateway:request.invalid");
    assertRefused(send("GET", "counter?limit=1001", "owner-key"), 400, "gateway:request.invalid");
    assertRefused(send("GET", "counter?after=x", "owner-key"), 400, "object:request.invalid");
    assertRefused(send("GET", "counter?all=1", "owner-key"), 400, "gateway:request.invalid");
    assertRefused(send("GET", "absent", "owner-key"), 404, "object:namespace.not_found");
  }

  @Test
  void oneIsLookedAtResetAndDeleted() throws Exception {
    add("a%2Fb", "owner-key");
    JsonNode details = json(send("GET", "counter/a%2Fb", "owner-key"));
    assertThat(details.at("/summary/name").asText()).isEqualTo("a/b");
    assertThat(details.at("/keys/0/key").asText()).isEqualTo("value");
    assertThat(details.path("active").isObject()).isTrue();
    assertThat(json(send("POST", "counter/a%2Fb/reset", "owner-key")).path("done").asBoolean())
        .isTrue();
    assertThat(json(send("POST", "counter/a%2Fb/evict", "owner-key")).path("done").asBoolean())
        .isFalse();
    assertThat(json(send("DELETE", "counter/a%2Fb", "owner-key")).path("done").asBoolean())
        .isTrue();
    assertThat(json(send("DELETE", "counter/a%2Fb", "owner-key")).path("done").asBoolean())
        .isFalse();
    assertRefused(send("GET", "counter/never", "owner-key"), 404, "object:id.not_found");
  }

  @Test
  void thoseOfAnotherTenantAreOutOfReach() throws Exception {
    add("safe", "owner-key");
    for (String name : List.of("safe", "tenant%2Fsafe", "..%2Ftenant%2Fsafe")) {
      assertThat(json(send("DELETE", "counter/" + name, "other-key")).path("done").asBoolean())
          .isFalse();
      assertThat(json(send("POST", "counter/" + name + "/reset", "other-key")).path("done"))
          .isEqualTo(Json.mapper().readTree("false"));
      assertRefused(send("GET", "counter/" + name, "other-key"), 404, "object:id.not_found");
    }
    assertThat(json(send("GET", "counter/safe", "owner-key")).at("/summary/name").asText())
        .isEqualTo("safe");
  }

  @Test
  void aKeyNeedsTheScope() throws Exception {
    add("kept", "owner-key");
    for (String[] request :
        List.of(
            new String[] {"GET", "counter"},
            new String[] {"GET", "counter/kept"},
            new String[] {"POST", "counter/kept/evict"},
            new String[] {"POST", "counter/kept/reset"},
            new String[] {"DELETE", "counter/kept"})) {
      assertRefused(send(request[0], request[1], "caller-key"), 403, "gateway:objects.denied");
      assertThat(send(request[0], request[1], "no-such-key").statusCode()).isEqualTo(401);
    }
    assertThat(
            gateway
                .node
                .context("counting")
                .objects()
                .inspector()
                .list("counter", TenantName.of("tenant", "kept"), null, 1)
                .await())
        .hasSize(1);
  }

  @Test
  void eachUseIsALineOfTheAuditLog() throws Exception {
    add("noted", "owner-key");
    audit.list.clear();
    send("GET", "counter/noted", "owner-key");
    send("DELETE", "counter/noted", "owner-key");
    send("DELETE", "counter/noted", "caller-key");
    assertThat(audit.list).hasSize(3);
    assertThat(fields(1))
        .contains(
            "action=objects.delete",
            "namespace=counter",
            "object=noted",
            "tenant=tenant",
            "subject=subject",
            "key=id-owner-key",
            "from=127.0.0.1");
    assertThat(fields(0)).contains("action=objects.inspect").doesNotContain("code=");
    assertThat(fields(2)).contains("key=id-caller-key", "code=gateway:objects.denied");
  }

  private String fields(int line) {
    return audit.list.get(line).getKeyValuePairs().stream()
        .map(pair -> pair.key + "=" + pair.value)
        .collect(Collectors.joining(" "));
  }

  private void add(String name, String key) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri("/v1/objects/counter/" + name + "/add"))
            .header("authorization", "Bearer " + key)
            .POST(HttpRequest.BodyPublishers.ofString("[1]"));
    HttpResponse<String> answer = gateway.send(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private HttpResponse<String> send(String method, String path, String key) throws Exception {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri("/v1/inspect/objects/" + path))
            .header("authorization", "Bearer " + key)
            .method(method, HttpRequest.BodyPublishers.noBody()));
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.mapper().readTree(answer.body());
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String code)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Json.mapper().readTree(answer.body()).at("/error/code").asText())
        .as(answer.body())
        .isEqualTo(code);
  }
}
