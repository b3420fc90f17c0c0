package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.objects.TenantName;
import dev.weft.durable.DurableObjects;
import dev.weft.gateway.support.Boards;
import dev.weft.gateway.support.Counters;
import dev.weft.gateway.support.EventClient;
import dev.weft.gateway.support.FakeAuth;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import dev.weft.gateway.support.SocketClient;
import dev.weft.json.Json;
import dev.weft.testkit.node.Eventually;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of public namespaces watched over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchIT {
  private static final int MOST_PER_KEY = 3;
  private static final String UPGRADE =
      "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
          + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private final Gateway gateway =
      Gateway.start(
          settings ->
              settings
                  .set(GatewayKeys.MAX_WATCHERS_PER_KEY, MOST_PER_KEY)
                  .set(GatewayKeys.MAX_WATCHERS, MOST_PER_KEY + 1)
                  .set(GatewayKeys.STREAM_PING, Duration.ofMillis(300))
                  .set(GatewayKeys.WRITE_STALL_TIMEOUT, Duration.ofMillis(1_200)),
          false,
          List.of(Boards.service(), Counters.service()));

  @BeforeAll
  void keys() {
    gateway.auth.allowFor("other", "other-key", "objects:call");
    gateway.auth.allow("plain-key", "objects:call");
    gateway.auth.allow("poor-key", "rag:read");
  }

  /** Whoever left is gone. */
  @AfterEach
  void nobodyIsLeft() {
    Eventually.holds(() -> watchers() == 0);
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  // ---- events

  @Test
  void whatIsPublishedComesAsEvents() throws Exception {
    try (EventClient events = watch("board/a/watch?topic=posts", "")) {
      assertThat(events.head())
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: text/event-stream")
          .contains("x-request-id");
      Map<String, String> start = events.next();
      assertThat(start).containsEntry("event", "start").containsKey("id");
      post("board/a", "eins");
      post("board/a", "zwei\\n模型 🦊");
      Map<String, String> first = events.next();
      Map<String, String> second = events.next();
      assertThat(first).containsEntry("data", "{\"text\":\"eins\"}").doesNotContainKey("event");
      assertThat(Json.mapper().readTree(second.get("data")).path("text").asText())
          .isEqualTo("zwei\n模型 🦊");
      assertThat(id(start)).isLessThan(id(first));
      assertThat(id(first)).isLessThan(id(second));
      call("board/a/finish", "");
      assertThat(events.next()).containsEntry("event", "end");
      assertThat(events.next()).containsEntry("event", "closed");
    }
  }

  @Test
  void whoComesBackGoesOnWithoutAGap() throws Exception {
    List<Long> ids = new ArrayList<>();
    try (EventClient events = watch("board/back/watch?topic=posts", "")) {
      events.next();
      for (String text : List.of("1", "2", "3")) {
        post("board/back", text);
        ids.add(id(events.next()));
      }
    }
    post("board/back", "4");
    for (String how :
        List.of("&after=" + ids.get(1) + " ", "&after=999999 last-event-id: " + ids.get(1))) {
      String[] parts = how.split(" ", 2);
      String header = parts[1].isEmpty() ? "" : parts[1] + "\r\n";
      try (EventClient events = watch("board/back/watch?topic=posts" + parts[0], header)) {
        assertThat(events.next()).containsEntry("id", ids.get(1).toString());
        assertThat(events.next()).containsEntry("data", "{\"text\":\"3\"}");
        assertThat(events.next()).containsEntry("data", "{\"text\":\"4\"}");
      }
    }
    try (EventClient events = watch("board/back/watch?topic=posts&from=oldest", "")) {
      assertThat(events.next()).containsEntry("event", "start").doesNotContainKey("id");
      assertThat(events.next()).containsEntry("data", "{\"text\":\"1\"}");
    }
  }

  @Test
  void whatIsKeptNoMoreIsSaidWithWhereToGoOn() throws Exception {
    for (int i = 0; i < 3; i++) {
      call("board/gone/flood", "[100,10]");
    }
    Map<String, String> error;
    try (EventClient events = watch("board/gone/watch?topic=posts&after=0", "")) {
      events.next();
      error = events.next();
      assertThat(error).containsEntry("event", "error");
      assertThat(events.next()).containsEntry("event", "closed");
    }
    JsonNode shown = Json.mapper().readTree(error.get("data")).path("error");
    assertThat(shown.path("code").asText()).isEqualTo("object:items.not_found");
    assertThat(shown.path("request_id").asText()).isNotEmpty();
    assertThat(shown.path("resume").asLong()).isPositive().isEqualTo(id(error));
    try (EventClient events =
        watch("board/gone/watch?topic=posts&after=" + shown.path("resume").asLong(), "")) {
      events.next();
      assertThat(events.next()).containsKey("data").doesNotContainKey("event");
    }
  }

  @Test
  void aTopicThatKeepsNothingIsWatchedToo() throws Exception {
    try (EventClient events = watch("board/w/watch?topic=whispers", "")) {
      events.next();
      call("board/w/whisper", "[\"psst\"]");
      assertThat(events.next()).containsEntry("data", "\"psst\"");
    }
  }

  @Test
  void theMethodTakesArgumentsAndMayRefuse() throws Exception {
    String args = "board/args/watch?topic=postsFor&args=";
    try (EventClient events = watch(args + "%5B%7B%22name%22:%22me%22%7D%5D", "")) {
      assertThat(events.next()).containsEntry("event", "start");
    }
    assertRefused(get(args + "%5B%7B%22name%22:%22thief%22%7D%5D"), 403, "shop:board.denied");
    assertRefused(
        get(args + "%5B%7B%22name%22:%22me%22,%22x%22:1%7D%5D"), 400, "object:request.invalid");
    assertRefused(get(args + "%5B1%5D"), 400, "object:request.invalid");
    assertRefused(get(args + "%5B"), 400, "json:invalid");
    assertRefused(get(args + "%7B%7D"), 400, "json:invalid");
    assertRefused(get("board/args/watch?topic=postsFor"), 400, "object:request.invalid");
  }

  @Test
  void whoeverWatchesKeepsNoInstance() throws Exception {
    DurableObjects objects = gateway.node.context("boards").objects();
    var id = objects.idFromName(Boards.PUBLIC, TenantName.of("tenant", "rests"));
    try (EventClient events = watch("board/rests/watch?topic=posts", "")) {
      events.next();
      post("board/rests", "before");
      events.next();
      Eventually.holds(() -> objects.inspector().inspect(id).await().active() == null);
      post("board/rests", "after");
      assertThat(events.next()).containsEntry("data", "{\"text\":\"after\"}");
    }
    Eventually.holds(
        () -> {
          var active = objects.inspector().inspect(id).await().active();
          return active == null || active.watchers() == 0;
        });
  }

  @Test
  void silenceIsFilledWithComments() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(head("board/quiet/watch?topic=posts", Gateway.KEY, ""));
      client.readUntil("event: start");
      client.readUntil(": ping\n");
      client.readUntil(": ping\n");
    }
  }

  @Test
  void whoDoesNotReadIsEndedAndToldWhereToGoOn() throws Exception {
    try (EventClient events = watch("board/stalled/watch?topic=posts", "")) {
      events.next();
      call("board/stalled/flood", "[150,100000]");
      // Not a word is read for longer than is allowed.
      Eventually.holds(() -> watchers() == 0);
      Map<String, String> event = events.next();
      long last = 0;
      int items = 0;
      while (!event.containsKey("event")) {
        items++;
        last = id(event);
        event = events.next();
      }
      assertThat(event).containsEntry("event", "error");
      JsonNode error = Json.mapper().readTree(event.get("data")).path("error");
      assertThat(error.path("code").asText()).isEqualTo("object:watcher.overloaded");
      assertThat(error.path("resume").asLong()).isEqualTo(last);
      // What was written for it is bounded: far from all there was.
      assertThat(items).isBetween(1, 100);
      try (EventClient again = watch("board/stalled/watch?topic=posts&after=" + last, "")) {
        again.next();
        assertThat(id(again.next())).isGreaterThan(last);
      }
    }
  }

  @Test
  void whoIsRevokedWatchesNoMore() throws Exception {
    gateway.auth.allow("short-key", "objects:call");
    try (EventClient events =
            new EventClient(gateway, path("board/r/watch?topic=posts"), "short-key", "");
        SocketClient socket =
            new SocketClient(gateway, path("board/r/watch?topic=posts"), "short-key")) {
      events.next();
      socket.next();
      gateway.auth.revoke("short-key");
      Map<String, String> error = events.next();
      assertThat(error).containsEntry("event", "error");
      assertThat(error.get("data")).contains("invalid_api_key");
      assertThat(socket.next().at("/error/code").asText()).isEqualTo("invalid_api_key");
      assertThat(socket.closed()).startsWith("4401 ");
    }
  }

  // ---- sockets

  @Test
  void whatIsPublishedComesAsFrames() throws Exception {
    try (SocketClient socket = socket("board/ws/watch?topic=posts")) {
      JsonNode start = socket.next();
      assertThat(start.path("event").asText()).isEqualTo("start");
      post("board/ws", "eins");
      JsonNode first = socket.next();
      assertThat(first.path("item").path("text").asText()).isEqualTo("eins");
      assertThat(first.path("seq").asLong()).isGreaterThan(start.path("after").asLong());
      call("board/ws/flood", "[1,200000]");
      JsonNode large = socket.next();
      assertThat(large.path("item").path("text").asText()).hasSize(200_000);
      // Pings are answered by the client's library; nobody is taken for dead.
      Thread.sleep(2_000);
      post("board/ws", "drei");
      assertThat(socket.next().path("item").path("text").asText()).isEqualTo("drei");
      try (SocketClient again =
          socket("board/ws/watch?topic=posts&after=" + first.path("seq").asLong())) {
        assertThat(again.next().path("after").asLong()).isEqualTo(first.path("seq").asLong());
        assertThat(again.next().path("seq").asLong()).isEqualTo(large.path("seq").asLong());
      }
      call("board/ws/finish", "");
      assertThat(socket.next().path("event").asText()).isEqualTo("end");
      assertThat(socket.closed()).startsWith("1000 ");
    }
  }

  @Test
  void aSocketSaysWhatItEndsWith() throws Exception {
    for (int i = 0; i < 3; i++) {
      call("board/wsgone/flood", "[100,10]");
    }
    try (SocketClient socket = socket("board/wsgone/watch?topic=posts&after=0")) {
      socket.next();
      JsonNode error = socket.next();
      assertThat(error.path("event").asText()).isEqualTo("error");
      assertThat(error.at("/error/code").asText()).isEqualTo("object:items.not_found");
      assertThat(socket.closed())
          .isEqualTo("4404 object:items.not_found resume=" + error.at("/error/resume").asLong());
    }
  }

  @Test
  void whatAClientMaySendIsBounded() throws Exception {
    try (SocketClient socket = socket("board/in/watch?topic=posts")) {
      socket.next();
      socket.socket().sendText("hello", true).join();
      assertThat(socket.closed()).startsWith("1003 ");
    }
    try (SocketClient socket = socket("board/in/watch?topic=posts")) {
      socket.next();
      for (int i = 0; i < 200; i++) {
        socket.socket().sendPing(ByteBuffer.wrap(new byte[100])).exceptionally(_ -> null).join();
      }
      assertThat(socket.closed()).startsWith("1008 ");
    }
    try (SocketClient socket = socket("board/in/watch?topic=posts")) {
      socket.next();
      socket.socket().sendText("x".repeat(100_000), true).exceptionally(_ -> null).join();
      Eventually.holds(() -> watchers() == 0);
    }
  }

  @Test
  void aSocketThatDoesNotReadIsCutOff() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(head("board/wsstall/watch?topic=posts", Gateway.KEY, UPGRADE));
      client.readUntil("start");
      call("board/wsstall/flood", "[150,100000]");
      Eventually.holds(() -> watchers() == 0);
      // What it reads now may be all there is, or too late.
      assertThat(client.readAll()).doesNotContain("<open>");
    }
  }

  @Test
  void aSocketThatIsSilentIsCutOff() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(head("board/dead/watch?topic=posts", Gateway.KEY, UPGRADE));
      client.readUntil("start");
      // Pings come, and nobody answers.
      assertThat(client.readAll()).doesNotContain("<open>");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "upgrade: websocket | 400 | gateway:websocket.invalid",
        "connection: upgrade~upgrade: websocket | 426 | gateway:websocket.version.invalid",
        "connection: upgrade~upgrade: websocket~sec-websocket-version: 12 | 426 |"
            + " gateway:websocket.version.invalid",
        "connection: upgrade~upgrade: websocket~sec-websocket-version: 13 | 400 |"
            + " gateway:websocket.invalid",
        "connection: upgrade~upgrade: websocket~sec-websocket-version: 13~sec-websocket-key: x |"
            + " 400 | gateway:websocket.invalid",
        "connection: close~upgrade: WebSocket, h2c~sec-websocket-version: 13~sec-websocket-key:"
            + " dGhlIHNhbXBsZSBub25jZQ== | 400 | gateway:websocket.invalid",
        "connection: upgrade~upgrade: websocket~sec-websocket-version: 13~sec-websocket-version:"
            + " 13~sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ== | 426 |"
            + " gateway:websocket.version.invalid",
        "connection: upgrade~upgrade: websocket~sec-websocket-version: 13~content-length: 0 | 400 |"
            + " gateway:websocket.invalid",
      })
  void aRequestForASocketThatIsNoneIsRefused(String headers, int status, String code)
      throws Exception {
    try (RawClient client = gateway.connect()) {
      String lines = headers.replace("~", "\r\n") + "\r\n";
      client.send(head("board/bad/watch?topic=posts", Gateway.KEY, lines));
      assertThat(client.readUntil("}}")).startsWith("HTTP/1.1 " + status).contains(code);
      // The connection is as good as before, if the client did not want it closed.
      if (!headers.contains("close")) {
        client.send(head("board/bad/watch?topic=nothing", Gateway.KEY, ""));
        assertThat(client.readUntil("}}")).startsWith("HTTP/1.1 404");
      }
    }
  }

  @Test
  void anotherUpgradeIsIgnored() throws Exception {
    String headers = "connection: upgrade\r\nupgrade: h2c, foo/2\r\n";
    try (EventClient events = watch("board/h2c/watch?topic=posts", headers)) {
      assertThat(events.next()).containsEntry("event", "start");
    }
  }

  @Test
  void aSocketNeedsAKeyAndAPageThatMay() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(head("board/x/watch?topic=posts", "no-such-key", UPGRADE));
      assertThat(client.readUntil("}}")).startsWith("HTTP/1.1 401");
      // The request that could not become a socket does not hold up the next one.
      client.send(head("board/x/watch?topic=nothing", Gateway.KEY, ""));
      assertThat(client.readUntil("}}")).startsWith("HTTP/1.1 404");
    }
    try (RawClient client = gateway.connect()) {
      client.send(
          head(
              "board/x/watch?topic=posts", Gateway.KEY, UPGRADE + "origin: https://evil.test\r\n"));
      assertThat(client.readUntil("}}")).startsWith("HTTP/1.1 403").contains("gateway:origin");
    }
    assertThatThrownBy(
            () -> new SocketClient(gateway, path("board/x/watch?topic=posts"), "poor-key"))
        .rootCause()
        .hasMessageContaining("403");
  }

  @Test
  void aSlowCheckOfTheKeyDoesNotLoseTheSocket() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(head("board/slow/watch?topic=posts", FakeAuth.SLOW_KEY, UPGRADE));
      Eventually.holds(() -> gateway.auth.slowChecks() > 0);
      Thread.sleep(300);
      gateway.auth.answerSlowChecks();
      assertThat(client.readUntil("start")).startsWith("HTTP/1.1 101");
    }
  }

  // ---- who may

  @Test
  void aKeyNeedsTheScopeAndThatOfTheNamespace() throws Exception {
    for (String namespace : List.of("board", "ownBoard", "absent")) {
      assertRefused(
          get(namespace + "/a/watch?topic=posts", "poor-key"), 403, "gateway:objects.denied");
    }
    assertRefused(get("closedBoard/a/watch?topic=posts", "plain-key"), 403, "mesh:scope.denied");
    assertRefused(get("ownBoard/a/watch?topic=posts"), 404, "object:namespace.not_found");
    assertRefused(get("absent/a/watch?topic=posts"), 404, "object:namespace.not_found");
    assertThat(get("board/a/watch?topic=posts", "no-such-key").statusCode()).isEqualTo(401);
  }

  @Test
  void tenantsDoNotSeeEachOthersItems() throws Exception {
    try (EventClient events =
        new EventClient(gateway, path("board/mine/watch?topic=posts"), "other-key", "")) {
      events.next();
      post("board/mine", "not for others");
      HttpRequest.Builder own =
          HttpRequest.newBuilder(gateway.uri(path("board/mine/post")))
              .header("authorization", "Bearer other-key")
              .POST(HttpRequest.BodyPublishers.ofString("[\"own\"]"));
      assertThat(gateway.send(own).statusCode()).isEqualTo(200);
      assertThat(events.next()).containsEntry("data", "{\"text\":\"own\"}");
    }
  }

  @Test
  void aTopicThatIsNoneIsRefusedAndMakesNoObject() throws Exception {
    for (String topic : List.of("post", "kept", "absent", "toString", "", "posts%20")) {
      assertRefused(get("board/fresh/watch?topic=" + topic), 404, "object:method.not_found");
    }
    HttpResponse<String> answer = get("board/fresh/watch?topic=" + "t".repeat(7_000));
    assertRefused(answer, 404, "object:method.not_found");
    assertThat(answer.body()).hasSizeLessThan(600);
    assertRefused(
        get("board/fresh/watch?topic=" + "t".repeat(10_000)), 414, "gateway:uri.too_large");
    DurableObjects objects = gateway.node.context("boards").objects();
    assertThat(objects.inspector().list("board", TenantName.of("tenant", "fresh"), null, 1).await())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?after=1",
        "?topic=posts&topic=posts",
        "?topic=posts&key=x",
        "?topic=posts&after=-1",
        "?topic=posts&after=%2B1",
        "?topic=posts&after=x",
        "?topic=posts&after=",
        "?topic=posts&after=99999999999999999999",
        "?topic=posts&from=newest",
        "?topic=posts&from=oldest&after=1",
      })
  void aQueryThatIsNoneIsRefused(String query) throws Exception {
    HttpResponse<String> answer = get("board/q/watch" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("\"error\"");
  }

  @Test
  void aHeadIsNotWatched() throws Exception {
    HttpResponse<String> answer =
        gateway.send(
            gateway
                .request(path("board/a/watch?topic=posts"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("GET");
  }

  @Test
  void whoWatchesIsCounted() throws Exception {
    List<EventClient> open = new ArrayList<>();
    for (int i = 0; i < MOST_PER_KEY; i++) {
      open.add(watch("board/many/watch?topic=posts", ""));
    }
    HttpResponse<String> refused = get("board/many/watch?topic=posts");
    assertRefused(refused, 429, "rate_limit_exceeded");
    assertThat(refused.body()).contains("gateway.maxWatchersPerKey");
    open.add(new EventClient(gateway, path("board/many/watch?topic=posts"), "plain-key", ""));
    HttpResponse<String> full = get("board/many/watch?topic=posts", "other-key");
    assertRefused(full, 503, "gateway:watchers.overloaded");
    assertThat(full.body()).contains("gateway.maxWatchers");
    open.removeFirst().close();
    Eventually.holds(() -> watchers() == MOST_PER_KEY);
    open.add(watch("board/many/watch?topic=posts", ""));
    for (EventClient one : open) {
      one.close();
    }
  }

  // ----

  private int watchers() {
    return (int)
        gateway
            .node
            .context("gateway")
            .metrics()
            .get("weft.gateway.watchers.active")
            .gauge()
            .value();
  }

  private static long id(Map<String, String> event) {
    return Long.parseLong(event.getOrDefault("id", "-1"));
  }

  private static String path(String path) {
    return "/v1/objects/" + path;
  }

  private EventClient watch(String path, String headers) throws Exception {
    return new EventClient(gateway, path(path), Gateway.KEY, headers);
  }

  private SocketClient socket(String path) {
    return new SocketClient(gateway, path(path), Gateway.KEY);
  }

  private static String head(String path, String key, String headers) {
    return "GET "
        + path(path)
        + " HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer "
        + key
        + "\r\n"
        + headers
        + "\r\n";
  }

  private void post(String object, String text) throws Exception {
    call(object + "/post", "[\"" + text + "\"]");
  }

  private void call(String path, String arguments) throws Exception {
    HttpResponse<String> answer = gateway.post(path(path), arguments);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return get(path, Gateway.KEY);
  }

  private HttpResponse<String> get(String path, String key) throws Exception {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri(path(path)))
            .timeout(Duration.ofSeconds(20))
            .header("authorization", "Bearer " + key));
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String code)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode error = Json.mapper().readTree(answer.body()).path("error");
    assertThat(error.path("code").asText()).as(answer.body()).isEqualTo(code);
  }
}
