package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.support.FakeAuth;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that leaves ends the work done for it, whatever phase it is in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DisconnectIT {
  private static final Duration LIMIT = Duration.ofMillis(100);
  private final Gateway gateway = Gateway.start();

  @AfterAll
  void stop() {
    gateway.close();
  }

  @BeforeEach
  void warmUp() throws Exception {
    gateway.complete("echo", false);
    gateway.complete("any", true);
    gateway.chat.calls.clear();
  }

  @ParameterizedTest(name = "model {0}, stream {1}")
  @CsvSource({"hang,false", "hang,true", "stall,true", "flood,true"})
  void theCallIsCancelledWithin100Millis(String model, boolean stream) throws Exception {
    RawClient client = gateway.connect();
    client.send(gateway.wire(model, stream));
    FakeChat.Seen call = gateway.chat.calls.take();
    if (model.equals("stall")) {
      client.readUntil(FakeChat.CHUNK);
    }
    if (model.equals("flood")) {
      Eventually.holds(() -> gateway.chat.floodPaused);
    }

    long left = System.nanoTime();
    client.close();

    assertThat(Duration.ofNanos(call.cancelledNanos() - left)).isLessThan(LIMIT);
    Eventually.holds(() -> metric("weft_gateway_streams_active") == 0);
    Eventually.holds(() -> metric("weft_http_requests_active") == 0);
  }

  @ParameterizedTest(name = "stream {0}")
  @ValueSource(booleans = {false, true})
  void aClientThatClosesItsSendingSideHasLeft(boolean stream) throws Exception {
    try (RawClient client = gateway.connect()) {
      client.send(gateway.wire("hang", stream));
      FakeChat.Seen call = gateway.chat.calls.take();

      long left = System.nanoTime();
      client.finish();

      assertThat(Duration.ofNanos(call.cancelledNanos() - left)).isLessThan(LIMIT);
      assertThat(client.readAll()).isIn("", "<reset>");
    }
  }

  @Test
  void nothingIsCalledForAClientThatLeftDuringTheKeyCheck() throws Exception {
    double before = metric("weft_gateway_cancelled_total");
    RawClient client = gateway.connect();
    client.send(gateway.wire(FakeAuth.SLOW_KEY, Gateway.completion("echo", false)));
    Eventually.holds(() -> gateway.auth.slowChecks() == 1);

    client.close();
    Eventually.holds(() -> metric("weft_gateway_cancelled_total") > before);
    gateway.auth.answerSlowChecks();

    // A later request by the same key has its answer, so the earlier one has been handled.
    try (RawClient next = gateway.connect()) {
      next.send(gateway.wire(FakeAuth.SLOW_KEY, Gateway.completion("next", false)));
      next.readUntil("next");
    }
    assertThat(gateway.chat.calls).hasSize(1);
  }

  @Test
  void nothingIsCalledForAClientThatLeftWithinItsBody() throws Exception {
    double before = metric("weft_gateway_cancelled_total");
    String wire = gateway.wire("echo", false);
    RawClient client = gateway.connect();
    client.send(wire.substring(0, wire.length() - 5));
    Eventually.holds(() -> metric("weft_http_requests_active") == 1);

    client.close();

    Eventually.holds(() -> metric("weft_gateway_cancelled_total") > before);
    assertThat(gateway.chat.calls).isEmpty();
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
