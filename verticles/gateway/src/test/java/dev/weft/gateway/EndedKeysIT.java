package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.FakeChat;
import dev.weft.gateway.support.Gateway;
import dev.weft.gateway.support.RawClient;
import dev.weft.testkit.node.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key has open ends with the key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndedKeysIT {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private final Gateway gateway = Gateway.start();

  @AfterAll
  void stop() {
    gateway.close();
  }

  @BeforeEach
  void noCallsYet() {
    gateway.chat.calls.clear();
  }

  @Test
  void aStreamEndsWithItsRevokedKey() throws Exception {
    gateway.auth.allow("streaming", "*");
    try (RawClient client = gateway.connect();
        RawClient other = gateway.connect()) {
      client.send(gateway.wire("streaming", Gateway.completion("stall", true)));
      client.readUntil(FakeChat.CHUNK);
      FakeChat.Seen call = gateway.chat.calls.take();
      other.send(gateway.wire("stall", true));
      other.readUntil(FakeChat.CHUNK);
      FakeChat.Seen going = gateway.chat.calls.take();

      long revoked = System.nanoTime();
      gateway.auth.revoke("streaming");

      assertThat(client.readUntil("\r\n0\r\n\r\n"))
          .contains("was revoked", "\"code\":\"invalid_api_key\"")
          .doesNotContain("[DONE]");
      assertThat(Duration.ofNanos(call.cancelledNanos() - revoked)).isLessThan(LIMIT);
      assertThat(going.isCancelled()).as("another key's stream").isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRequestWithoutAnAnswerYetIsRefused(boolean stream) throws Exception {
    gateway.auth.allow("waiting" + stream, "*");
    try (RawClient client = gateway.connect()) {
      client.send(gateway.wire("waiting" + stream, Gateway.completion("hang", stream)));
      FakeChat.Seen call = gateway.chat.calls.take();

      long revoked = System.nanoTime();
      gateway.auth.revoke("waiting" + stream);

      assertThat(client.readUntil("was revoked")).startsWith("HTTP/1.1 401");
      assertThat(Duration.ofNanos(call.cancelledNanos() - revoked)).isLessThan(LIMIT);
    }
  }

  @Test
  void aClientThatDoesNotReadDoesNotKeepItsStream() throws Exception {
    gateway.auth.allow("not-reading", "*");
    try (RawClient client = gateway.connect()) {
      client.send(gateway.wire("not-reading", Gateway.completion("flood", true)));
      FakeChat.Seen call = gateway.chat.calls.take();
      Eventually.holds(() -> gateway.chat.floodPaused);

      long revoked = System.nanoTime();
      gateway.auth.revoke("not-reading");

      assertThat(Duration.ofNanos(call.cancelledNanos() - revoked)).isLessThan(LIMIT);
    }
  }

  @Test
  void aRevocationThatNobodyHeardEndsAStreamWhenRevocationsAreHeardAgain() throws Exception {
    gateway.auth.allow("unheard-stream", "*");
    try (RawClient client = gateway.connect()) {
      client.send(gateway.wire("unheard-stream", Gateway.completion("stall", true)));
      client.readUntil(FakeChat.CHUNK);

      gateway.auth.revokeSilently("unheard-stream");
      gateway.auth.hangUp();

      assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("invalid_api_key");
    }
  }

  @Test
  void aStreamThatIsCheckedAnewGoesOnWhenItsKeyIsGood() throws Exception {
    gateway.auth.allow("still-good", "*");
    try (RawClient client = gateway.connect()) {
      client.send(gateway.wire("still-good", Gateway.completion("stall", true)));
      client.readUntil(FakeChat.CHUNK);
      FakeChat.Seen call = gateway.chat.calls.take();
      int checks = gateway.auth.checks.get();

      gateway.auth.hangUp();

      Eventually.holds(() -> gateway.auth.checks.get() > checks);
      Thread.sleep(600);
      assertThat(call.isCancelled()).isFalse();
    }
  }

  @Test
  void aStreamEndsWhenItsKeyExpires() throws Exception {
    long end = System.currentTimeMillis() + 1_500;
    gateway.auth.allowUntil(end, "expiring", "*");
    try (RawClient client = gateway.connect()) {
      client.send(gateway.wire("expiring", Gateway.completion("stall", true)));

      assertThat(client.readUntil("\r\n0\r\n\r\n"))
          .contains(FakeChat.CHUNK)
          .contains("has expired");
      assertThat(System.currentTimeMillis() - end).isBetween(0L, LIMIT.toMillis());
    }
  }
}
