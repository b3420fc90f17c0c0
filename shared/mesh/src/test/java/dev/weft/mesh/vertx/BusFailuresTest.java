package dev.weft.mesh.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.net.NetSocketInternal;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class BusFailuresTest {

  @Test
  void aMessageThatWasNotWrittenHasNotLeft() {
    assertThat(BusFailures.neverSent(new ConnectException("refused"))).isTrue();
    assertThat(BusFailures.neverSent(NetSocketInternal.CLOSED_EXCEPTION)).isTrue();
    assertThat(BusFailures.neverSent(new ReplyException(ReplyFailure.NO_HANDLERS))).isTrue();
  }

  @Test
  void aWriteThatBrokeOffMayHaveArrived() {
    assertThat(BusFailures.neverSent(new ClosedChannelException())).isFalse();
    assertThat(BusFailures.neverSent(new IOException("Connection reset by peer"))).isFalse();
    assertThat(BusFailures.neverSent(new ReplyException(ReplyFailure.TIMEOUT))).isFalse();
    assertThat(BusFailures.neverSent(new IllegalStateException("anything else"))).isFalse();
  }
}
