package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.FakeChat;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import dev.weft.node.config.NodeKeys;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainIT {
  @Test
  void stoppingLetsNobodyInAndEndsOpenStreamsWithAnError() throws Exception {
    Gateway gateway =
        Gateway.start(
            settings ->
                settings
                    .set(GatewayKeys.DRAIN_TIMEOUT, Duration.ofMillis(700))
                    // For the fake chat, which never ends a call that hangs.
                    .set(NodeKeys.DRAIN_TIMEOUT, Duration.ofMillis(900)),
            true);
    try (RawClient streaming = gateway.connect();
        RawClient waiting = gateway.connect();
        RawClient idle = gateway.connect()) {
      streaming.send(gateway.wire("stall", true));
      streaming.readUntil(FakeChat.CHUNK);
      waiting.send(gateway.wire("hang", false));
      gateway.chat.calls.take();
      gateway.chat.calls.take();

      long begun = System.nanoTime();
      Thread stopping = Thread.ofVirtual().start(gateway::close);

      assertThat(idle.readAll()).isIn("", "<reset>");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(600));
      assertThat(streaming.readAll())
          .contains("\"code\":\"gateway:unavailable\"")
          .doesNotContain("[DONE]");
      assertThat(waiting.readAll()).startsWith("HTTP/1.1 503");
      stopping.join();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }
  }
}
