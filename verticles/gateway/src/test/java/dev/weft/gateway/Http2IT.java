package dev.weft.gateway;

import static dev.weft.gateway.support.Http2Client.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.gateway.support.FakeChat;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.Http2Client;
import dev.weft.gateway.support.Http2Client.Answer;
import dev.weft.gateway.support.RawClient;
import dev.weft.testkit.node.Eventually;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** HTTP/2 in clear text by prior knowledge: the limits of a connection hold for each stream. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2IT {
  private static final int MEBIBYTE = 1024 * 1024;

  private final Gateway gateway =
      Gateway.start(
          settings ->
              settings
                  .set(GatewayKeys.MAX_BODY_BYTES, 4 * MEBIBYTE)
                  .set(GatewayKeys.BODY_TIMEOUT, Duration.ofMillis(800))
                  .set(GatewayKeys.KEEP_ALIVE_TIMEOUT, Duration.ofSeconds(2))
                  .set(GatewayKeys.STREAM_PING, Duration.ofMillis(200))
                  .set(GatewayKeys.WRITE_STALL_TIMEOUT, Duration.ofMillis(1_500)),
          true);

  @AfterAll
  void stop() {
    gateway.close();
  }

  @BeforeEach
  void forgetCalls() {
    gateway.chat.calls.clear();
  }

  @Test
  void answersAndErrorsAreThoseOfHttp1() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      Answer whole = client.complete("any", false);
      Answer page = client.get("/docs");
      Answer unknown = client.get("/v1/nothing");
      Answer method = client.get("/v1/chat/completions");
      Answer path = client.get("/v1/models/a%2Fb/..%2e");

      assertThat(whole.head().version()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(whole.status()).isEqualTo(200);
      assertThat(whole.body()).contains("\"model\":\"any\"");
      assertThat(whole.head().getHeader("x-request-id")).startsWith("req_");
      assertThat(whole.head().headers().contains("connection")).isFalse();
      assertThat(page.head().getHeader("content-security-policy")).startsWith("default-src");
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.body()).contains("gateway:route.not_found");
      assertThat(method.status()).isEqualTo(405);
      assertThat(method.head().getHeader("allow")).isEqualTo("POST");
      assertThat(path.body()).contains("\"id\":\"a/b/...\"");
    }
  }

  @Test
  void anAnswerToHeadHasNoBody() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      HttpClientResponse head = await(client.request(HttpMethod.HEAD, "/openapi.json").send());

      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(Integer.parseInt(head.getHeader("content-length"))).isPositive();
      assertThat(await(head.body()).length()).isZero();
    }
  }

  @Test
  void aStreamCarriesEventsToItsEnd() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      Answer answer = client.complete("any", true);

      assertThat(answer.head().getHeader("content-type"))
          .isEqualTo("text/event-stream; charset=utf-8");
      assertThat(answer.head().getHeader("cache-control")).isEqualTo("no-cache");
      assertThat(answer.body())
          .isEqualTo(FakeChat.CHUNK + FakeChat.CHUNK + FakeChat.CHUNK + FakeChat.DONE);
    }
  }

  @Test
  void silenceIsFilledWithComments() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      HttpClientResponse response = stream(client, "hang");
      AtomicInteger pings = new AtomicInteger();
      response.handler(
          piece -> {
            if (piece.toString().equals(": ping\n")) {
              pings.incrementAndGet();
            }
          });
      response.resume();

      Eventually.holds(() -> pings.get() >= 2);
    }
  }

  @Test
  void aStreamThatIsResetIsCancelledAtOnceAndTheOthersGoOn() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      HttpClientResponse other = stream(client, "stall");
      gateway.chat.calls.take();
      HttpClientRequest request = client.request(HttpMethod.POST, "/v1/chat/completions");
      client.open(request, Gateway.completion("stall", true));
      FakeChat.Seen call = gateway.chat.calls.take();

      long left = System.nanoTime();
      request.reset(8);

      assertThat(Duration.ofNanos(call.cancelledNanos() - left)).isLessThan(Duration.ofMillis(100));
      assertThat(client.complete("any", true).body()).endsWith(FakeChat.DONE);
      assertThat(other.request().connection()).isSameAs(request.connection());
      Eventually.holds(() -> metric("weft_gateway_streams_active") == 1);
    }
    Eventually.holds(() -> metric("weft_gateway_streams_active") == 0);
    Eventually.holds(() -> metric("weft_http_requests_active") == 0);
  }

  @Test
  void aConnectionThatClosesCancelsAllItsCalls() throws Exception {
    Http2Client client = new Http2Client(gateway.port());
    stream(client, "stall");
    stream(client, "hang");
    FakeChat.Seen one = gateway.chat.calls.take();
    FakeChat.Seen two = gateway.chat.calls.take();

    client.close();

    assertThat(one.cancelledNanos()).isNotZero();
    assertThat(two.cancelledNanos()).isNotZero();
  }

  @Test
  void aStreamThatIsNotReadHoldsItsProducerBackAndIsEndedAloneInTheEnd() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      HttpClientRequest request = client.request(HttpMethod.POST, "/v1/chat/completions");
      AtomicBoolean reset = new AtomicBoolean();
      HttpClientResponse flood = client.open(request, Gateway.completion("flood", true));
      flood.exceptionHandler(failure -> reset.set(failure instanceof StreamResetException));
      FakeChat.Seen call = gateway.chat.calls.take();
      Eventually.holds(() -> gateway.chat.floodPaused);

      for (int i = 0; i < 20; i++) {
        assertThat(client.complete("any", true).body()).endsWith(FakeChat.DONE);
      }
      assertThat(gateway.chat.floodedBytes).hasValueLessThan(8L * MEBIBYTE);

      assertThat(call.cancelledNanos()).isNotZero();
      assertThat(client.complete("any", false).status()).isEqualTo(200);
      flood.resume();
      Eventually.holds(reset::get);
    }
  }

  @Test
  void anAnswerThatIsNotReadEndsWithItsStream() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      HttpClientRequest request = client.request(HttpMethod.POST, "/v1/chat/completions");
      HttpClientResponse whole =
          client.open(request, "{\"model\":\"any\",\"text\":\"" + "x".repeat(MEBIBYTE) + "\"}");
      AtomicBoolean reset = new AtomicBoolean();
      whole.exceptionHandler(failure -> reset.set(failure instanceof StreamResetException));

      assertThat(client.complete("any", false).status()).isEqualTo(200);
      Eventually.holds(reset::get);
      assertThat(client.complete("any", false).status()).isEqualTo(200);
    }
  }

  @Test
  void aBodyBeyondTheLimitIsRefusedAndItsStreamEnded() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      HttpClientRequest request =
          client.request(HttpMethod.POST, "/v1/chat/completions").setChunked(true);
      AtomicBoolean ended = new AtomicBoolean();
      request.exceptionHandler(failure -> ended.set(true));
      Future<HttpClientResponse> answer = request.response().compose(head -> head.body().map(head));
      Buffer piece = Buffer.buffer(new byte[64 * 1024]);
      for (int i = 0; i < 80; i++) {
        if (request.write(piece).failed()) {
          break;
        }
      }

      assertThat(await(answer).statusCode()).isEqualTo(413);
      Eventually.holds(() -> request.write(piece).failed() || ended.get());
      assertThat(client.complete("any", false).status()).isEqualTo(200);
    }
  }

  @Test
  void aBodyThatDoesNotComeIsAnsweredAndItsStreamEnded() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      HttpClientRequest request =
          client.request(HttpMethod.POST, "/v1/chat/completions").setChunked(true);
      Future<HttpClientResponse> answer = request.response();
      request.write("{");

      assertThat(await(answer).statusCode()).isEqualTo(408);
      assertThat(client.complete("any", false).status()).isEqualTo(200);
    }
  }

  @Test
  void aBodyWhereNoneIsTakenIsRefused() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      Answer answer = client.send(client.request(HttpMethod.GET, "/v1/models/m"), "{}");

      assertThat(answer.status()).isEqualTo(413);
    }
  }

  @Test
  void aPathBeyondTheLimitIsRefused() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      Answer answer = client.get("/v1/models/" + "y".repeat(8_200));

      assertThat(answer.status()).isEqualTo(414);
      assertThat(answer.body()).contains("gateway:uri.too_large");
    }
  }

  @Test
  void aConnectionCarriesNoMoreStreamsThanTheLimit() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      HttpConnection connection = client.connection();

      assertThat(connection.remoteSettings().getMaxConcurrentStreams()).isEqualTo(100);
      assertThat(connection.remoteSettings().getMaxHeaderListSize()).isEqualTo(16 * 1024);
    }
  }

  @Test
  void aClientThatOpensAndResetsStreamsWithoutEndIsCutOff() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      HttpConnection connection = client.connection();
      AtomicBoolean closed = new AtomicBoolean();
      connection.closeHandler(x -> closed.set(true));
      List<HttpClientRequest> requests = new ArrayList<>();
      for (int i = 0; i < 400 && !closed.get(); i++) {
        try {
          HttpClientRequest request = client.request(HttpMethod.POST, "/v1/chat/completions");
          requests.add(request);
          await(request.sendHead());
          request.reset(8);
        } catch (Exception e) {
          break;
        }
      }

      Eventually.holds(closed::get);
      assertThat(requests).hasSizeLessThan(400);
      assertThat(gateway.chat.calls).isEmpty();
    }
  }

  @Test
  void aConnectionWithoutRequestsIsClosed() throws Exception {
    try (Http2Client client = new Http2Client(gateway.port())) {
      AtomicBoolean closed = new AtomicBoolean();
      client.connection().closeHandler(x -> closed.set(true));

      Eventually.holds(closed::get);
    }
  }

  @Test
  void aPrefaceThatStopsHalfWayIsCutOff() throws Exception {
    try (Gateway hasty =
            Gateway.start(
                settings -> settings.set(GatewayKeys.HEADER_TIMEOUT, Duration.ofMillis(400)),
                true);
        RawClient half = hasty.connect();
        RawClient whole = hasty.connect();
        RawClient silent = hasty.connect()) {
      half.send("PRI * HTTP/2.0\r\n");
      whole.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

      assertThat(half.readAll()).isIn("", "<reset>");
      assertThat(silent.readAll()).isIn("", "<reset>");
      whole.readAll();
    }
  }

  @Test
  void anUpgradeIsNoWayToHttp2() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(
          "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\nupgrade: h2c\r\nhttp2-settings:"
              + " AAMAAABkAAQAAP__\r\nconnection: upgrade, http2-settings\r\n\r\n");

      assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void surplusConnectionsAreToldSo() throws Exception {
    try (Gateway small =
            Gateway.start(settings -> settings.set(GatewayKeys.MAX_CONNECTIONS, 1), true);
        RawClient first = small.connect()) {
      first.send("GET /docs HTTP/1.1\r\nhost: localhost\r\n\r\n");
      first.readUntil("</html>");
      try (Http2Client client = new Http2Client(small.port())) {
        AtomicBoolean closed = new AtomicBoolean();
        HttpClientRequest request = client.request(HttpMethod.GET, "/docs");
        request.connection().closeHandler(x -> closed.set(true));

        assertThat(await(request.send()).statusCode()).isEqualTo(503);
        Eventually.holds(closed::get);
      }
    }
  }

  @Test
  void aStopEndsStreamsWithAnError() throws Exception {
    Gateway stopping =
        Gateway.start(
            settings -> settings.set(GatewayKeys.DRAIN_TIMEOUT, Duration.ofMillis(500)), true);
    try (Http2Client client = new Http2Client(stopping.port())) {
      HttpClientResponse response = stream(client, "stall");
      Future<Buffer> body = response.body();
      response.resume();
      stopping.chat.calls.take();

      Thread closing = Thread.ofVirtual().start(stopping::close);

      assertThat(await(body).toString())
          .contains("\"code\":\"gateway:unavailable\"")
          .doesNotContain("[DONE]");
      closing.join();
    }
    assertThatThrownBy(() -> new Http2Client(stopping.port()).get("/docs")).isNotNull();
  }

  private static HttpClientResponse stream(Http2Client client, String model) throws Exception {
    return client.open(
        client.request(HttpMethod.POST, "/v1/chat/completions"), Gateway.completion(model, true));
  }

  private double metric(String name) {
    return gateway
        .node
        .context()
        .scrapeMetrics()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
