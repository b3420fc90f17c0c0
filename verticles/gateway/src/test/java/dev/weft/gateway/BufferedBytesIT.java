package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.FakeChat;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.Http2Client;
import dev.weft.gateway.support.RawClient;
import dev.weft.mesh.ByteBudget;
import dev.weft.node.config.ByteSize;
import dev.weft.testkit.node.Eventually;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the gateway keeps of bodies, all together: never more than it may. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BufferedBytesIT {
  private static final int MIB = 1 << 20;
  private static final String OTHER_KEY = "weft_test_other";

  private final Gateway gateway =
      Gateway.start(
          settings ->
              settings
                  .set(GatewayKeys.MAX_BUFFERED_BYTES, ByteSize.ofMiB(32))
                  .set(GatewayKeys.MAX_BODY_BYTES, 30 * MIB)
                  .set(GatewayKeys.BUFFER_TIMEOUT, Duration.ofSeconds(2)),
          true);
  private final List<RawClient> open = new ArrayList<>();
  private final ByteBudget budget = gateway.node.context().mesh().budget();

  @BeforeAll
  void allow() {
    gateway.auth.allow(OTHER_KEY, "*");
  }

  @BeforeEach
  void forget() {
    gateway.chat.calls.clear();
  }

  @AfterEach
  void nothingIsHeldInTheEnd() throws IOException {
    for (RawClient each : open) {
      each.close();
    }
    open.clear();
    Eventually.holds(() -> budget.held() == 0 && budget.waiting() == 0);
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  private static String body(String model, boolean stream, int bytes) {
    String start = "{\"model\":\"" + model + "\",\"stream\":" + stream + ",\"pad\":\"";
    return start + "x".repeat(bytes - start.length() - 2) + "\"}";
  }

  private RawClient send(String key, String body) throws IOException {
    return sendWire(gateway.wire(key, body));
  }

  /** From a thread of its own: a client whose request is not read cannot send it. */
  private RawClient sendWire(String wire) throws IOException {
    RawClient client = gateway.connect();
    open.add(client);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                client.send(wire);
              } catch (IOException closed) {
                // The test is over.
              }
            });
    return client;
  }

  /** A request that is worked on for as long as its client stays. */
  private RawClient held(String key, int bytes) throws Exception {
    RawClient client = send(key, body("hang", false, bytes));
    assertThat(gateway.chat.calls.poll(10, TimeUnit.SECONDS)).isNotNull();
    return client;
  }

  @Test
  void aBodyWaitsUnreadForRoomAndIsThenAnswered() throws Exception {
    RawClient first = held(Gateway.KEY, 16 * MIB);
    assertThat(budget.held()).isEqualTo(16 * MIB);

    CompletableFuture<Void> sent = new CompletableFuture<>();
    RawClient second = gateway.connect();
    open.add(second);
    String wire = gateway.wire(OTHER_KEY, body("echo", false, 16 * MIB));
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                second.send(wire);
                sent.complete(null);
              } catch (IOException e) {
                sent.completeExceptionally(e);
              }
            });
    Eventually.holds(() -> budget.waiting() == 1);
    assertThat(sent).isNotDone();
    assertThat(budget.held()).isEqualTo(16 * MIB);

    first.close();
    assertThat(second.readUntil("\r\n")).startsWith("HTTP/1.1 200");
  }

  @Test
  void aBodyThatWaitsTooLongIsRefusedAndMayBeTriedAgain() throws Exception {
    held(Gateway.KEY, 16 * MIB);
    RawClient second = send(OTHER_KEY, body("echo", false, 16 * MIB));
    assertThat(second.readUntil("}}").toLowerCase(java.util.Locale.ROOT))
        .startsWith("http/1.1 503")
        .contains("retry-after: 1")
        .contains("gateway:overloaded")
        .contains("gateway.maxbufferedbytes");
    assertThat(gateway.chat.calls).isEmpty();
  }

  @Test
  void aKeyHasAThirdAndOthersPassMeanwhile() throws Exception {
    held(Gateway.KEY, 8 * MIB);
    RawClient second = send(Gateway.KEY, body("echo", false, 4 * MIB));
    Eventually.holds(() -> budget.waiting() == 1);
    RawClient other = send(OTHER_KEY, body("echo", false, 4 * MIB));
    assertThat(other.readUntil("\r\n")).startsWith("HTTP/1.1 200");
    assertThat(second.readUntil("}}")).startsWith("HTTP/1.1 503");
  }

  @Test
  void smallRequestsPassWhileLargeOnesFillWhatTheyMay() throws Exception {
    held(Gateway.KEY, 24 * MIB);
    send(OTHER_KEY, body("echo", false, 8 * MIB));
    Eventually.holds(() -> budget.waiting() == 1);
    RawClient small = send(Gateway.KEY, body("echo", false, 60_000));
    assertThat(small.readUntil("\r\n")).startsWith("HTTP/1.1 200");
  }

  @Test
  void oneThatNeverFitsIsTooLarge() throws Exception {
    RawClient client = send(Gateway.KEY, body("echo", false, 25 * MIB));
    assertThat(client.readUntil("}}"))
        .startsWith("HTTP/1.1 413")
        .contains("gateway.maxBufferedBytes");
  }

  @Test
  void aBodyWithoutALengthIsCountedAsItComes() throws Exception {
    held(Gateway.KEY, 16 * MIB);
    String body = body("echo", false, 12 * MIB);
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:"
            + gateway.port()
            + "\r\nauthorization: Bearer "
            + OTHER_KEY
            + "\r\ntransfer-encoding: chunked\r\n\r\n";
    StringBuilder wire = new StringBuilder(head);
    for (int at = 0; at < body.length(); at += MIB) {
      wire.append("100000\r\n").append(body, at, at + MIB).append("\r\n");
    }
    wire.append("0\r\n\r\n");
    RawClient second = sendWire(wire.toString());
    Eventually.holds(() -> budget.waiting() == 1);
    assertThat(budget.held()).isLessThan(24 * MIB + MIB);
    assertThat(second.readUntil("}}")).startsWith("HTTP/1.1 503").contains("gateway:overloaded");

    open.getFirst().close();
    Eventually.holds(() -> budget.held() == 0);
    RawClient third = sendWire(wire.toString());
    assertThat(third.readUntil("\r\n")).startsWith("HTTP/1.1 200");
  }

  @Test
  void aStreamOfHttp2Waits() throws Exception {
    RawClient first = held(OTHER_KEY, 20 * MIB);
    try (Http2Client client = new Http2Client(gateway.port())) {
      var answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return client.send(
                      client.request(HttpMethod.POST, "/v1/chat/completions"),
                      body("echo", false, 8 * MIB));
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      Eventually.holds(() -> budget.waiting() == 1);
      first.close();
      assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
  }

  @Test
  void theBodyOfAStreamIsLetGoWithItsFirstEvent() throws Exception {
    RawClient client = send(Gateway.KEY, body("stall", true, 4 * MIB));
    client.readUntil(FakeChat.CHUNK);
    Eventually.holds(() -> budget.held() == 0);
  }

  @Test
  void nothingIsKeptOfOneThatBreaksOff() throws Exception {
    RawClient client = gateway.connect();
    open.add(client);
    String wire = gateway.wire(Gateway.KEY, body("echo", false, 4 * MIB));
    client.send(wire.substring(0, MIB));
    Eventually.holds(() -> budget.held() == 4 * MIB);
    client.close();
    Eventually.holds(() -> budget.held() == 0);
  }

  @Test
  void whatAnEncodingBecomesIsCountedToo() throws Exception {
    held(Gateway.KEY, 20 * MIB);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(body("echo", false, 16 * MIB).getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(packed.size()).isLessThan(ByteBudget.SMALL_BYTES);
    RawClient client = gateway.connect();
    open.add(client);
    client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:"
            + gateway.port()
            + "\r\nauthorization: Bearer "
            + OTHER_KEY
            + "\r\ncontent-encoding: gzip\r\ncontent-length: "
            + packed.size()
            + "\r\n\r\n");
    client.send(packed.toByteArray());
    assertThat(client.readUntil("}}")).startsWith("HTTP/1.1 503").contains("gateway:overloaded");
  }

  @Test
  void anAnswerThatIsNotReadIsCounted() throws Exception {
    RawClient client = send(Gateway.KEY, body("echo", false, 16 * MIB));
    Eventually.holds(() -> !gateway.chat.calls.isEmpty());
    client.readUntil("HTTP/1.1 200");
    assertThat(budget.held()).isEqualTo(16 * MIB);
    client.close();
  }

  @Test
  void aClientThatAsksFirstIsToldToSendWhenThereIsRoom() throws Exception {
    RawClient first = held(OTHER_KEY, 20 * MIB);
    RawClient client = gateway.connect();
    open.add(client);
    String wire = gateway.wire(Gateway.KEY, body("echo", false, 8 * MIB));
    int head = wire.indexOf("\r\n\r\n");
    client.send(wire.substring(0, head) + "\r\nexpect: 100-continue\r\n\r\n");
    Eventually.holds(() -> budget.waiting() == 1);
    first.close();
    assertThat(client.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    client.send(wire.substring(head + 4));
    assertThat(client.readUntil("\r\n")).startsWith("HTTP/1.1 200");
  }
}
