package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.FakeChat;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import dev.weft.testkit.node.Eventually;
import org.junit.jupiter.api.Test;

class BackPressureIT {
  /** Credit of the mesh, the gateway's queue and what the kernel takes on loopback. */
  private static final long BOUND_BYTES = 8L * 1024 * 1024;

  @Test
  void aClientThatDoesNotReadHoldsTheProducerBackAndTheOthersNot() throws Exception {
    try (Gateway gateway = Gateway.start();
        RawClient client = gateway.connect()) {
      client.send(gateway.wire("flood", true));
      Eventually.holds(() -> gateway.chat.floodPaused);
      long held = gateway.chat.floodedBytes.get();

      for (int i = 0; i < 50; i++) {
        assertThat(gateway.complete("any", true).body()).endsWith(FakeChat.DONE);
      }
      assertThat(gateway.chat.floodPaused).isTrue();
      assertThat(gateway.chat.floodedBytes).hasValueLessThan(BOUND_BYTES);
      assertThat(gateway.chat.floodedBytes.get() - held).isLessThan(BOUND_BYTES / 2);

      client.skip(4 * BOUND_BYTES);
      assertThat(gateway.chat.floodedBytes).hasValueGreaterThan(4 * BOUND_BYTES);
    }
  }
}
