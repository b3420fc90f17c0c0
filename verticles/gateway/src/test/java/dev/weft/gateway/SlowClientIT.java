package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.FakeChat;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowClientIT {
  private final Gateway gateway =
      Gateway.start(
          settings ->
              settings
                  .set(GatewayKeys.BODY_TIMEOUT, Duration.ofMillis(400))
                  .set(GatewayKeys.HEADER_TIMEOUT, Duration.ofMillis(400))
                  .set(GatewayKeys.KEEP_ALIVE_TIMEOUT, Duration.ofMillis(400))
                  .set(GatewayKeys.STREAM_PING, Duration.ofMillis(200))
                  .set(GatewayKeys.WRITE_STALL_TIMEOUT, Duration.ofMillis(800)),
          true);

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void aBodyThatTricklesIsCutOffAtItsDeadline() throws Exception {
    String wire = gateway.wire("echo", false);
    try (RawClient client = gateway.connect()) {
      client.send(wire.substring(0, wire.length() - 10));
      assertThat(client.readAll()).startsWith("HTTP/1.1 408").contains("gateway:body.timeout");
    }
  }

  @Test
  void headersThatTrickleAreCutOffAtTheirDeadline() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send("GET /health HTTP/1.1\r\nx");
      assertThat(client.readAll()).isIn("", "<reset>");
    }
  }

  @Test
  void aConnectionWithoutRequestsIsClosed() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(gateway.wire("echo", false));
      assertThat(client.readAll()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void silenceIsFilledWithCommentsBeforeTheFirstEventToo() throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(gateway.wire("hang", true));
      String start = client.readUntil(": ping\n\r\n");
      assertThat(start).startsWith("HTTP/1.1 200").doesNotContain("data:");
      assertThat(client.readUntil(": ping\n\r\n")).doesNotContain(": ping\n\n");
    }
  }

  @Test
  void aClientThatNeverReadsIsCutOffAndItsCallCancelled() throws Exception {
    gateway.chat.calls.clear();
    try (RawClient client = gateway.connect()) {
      client.send(gateway.wire("flood", true));
      FakeChat.Seen call = gateway.chat.calls.take();
      assertThat(call.cancelledNanos()).isNotZero();
    }
  }
}
