package dev.weft.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.ByteBudget;
import dev.weft.testkit.node.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request goes to a provider once, and no idle connection is used that may be closed. */
@Timeout(60)
class ProviderClientIT {

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-none: 1|4000",
        "Keep-Alive: timeout=5|4000",
        "Keep-Alive: timeout=3, max=100|2000",
        "keep-alive: max=7, Timeout = 61|60000",
        "Keep-Alive: nonsense|4000"
      })
  void anIdleConnectionIsUsedForASecondLessThanItsOtherEndKeepsIt(String header, long mayIdle) {
    Provider provider = provider(0, answering(header));
    ProviderClient client = new ProviderClient(vertx, null, nanos::get);
    assertThat(call(client, provider).await()).isEqualTo("{}");
    nanos.addAndGet(Duration.ofMillis(mayIdle).toNanos());
    call(client, provider).await();
    assertThat(connections).hasValue(1);
    nanos.addAndGet(Duration.ofMillis(mayIdle + 1).toNanos());
    call(client, provider).await();
    assertThat(connections).hasValue(2);
    assertThat(requests).hasValue(3);
  }

  @Test
  void aConnectionThatItsOtherEndWillCloseAtOnceIsNotUsedAgain() {
    Provider provider = provider(0, answering("Keep-Alive: timeout=1"));
    ProviderClient client = new ProviderClient(vertx, null, nanos::get);
    for (int i = 1; i < 5; i++) {
      call(client, provider).await();
      nanos.incrementAndGet();
      assertThat(connections).hasValue(i);
    }
  }

  @Test
  void aConnectionWhoseEndHasBeenReadIsNotUsed() {
    Provider provider =
        provider(
            0,
            (socket, request) -> {
              requests.incrementAndGet();
              socket.write(answer("x-a: 1"));
              socket.close();
            });
    ProviderClient client = new ProviderClient(vertx, null);
    for (int i = 1; i <= 100; i++) {
      assertThat(call(client, provider).await()).isEqualTo("{}");
      Eventually.holds(() -> client.connections() == 0);
    }
    assertThat(requests).hasValue(100);
  }

  @Test
  void anAddressThatClosesEarlyIsTrustedForHalfOfThatTime() {
    Provider provider =
        provider(
            0,
            (socket, request) -> {
              socket.write(answer("x-a: 1"));
              if (requests.incrementAndGet() == 1) {
                nanos.addAndGet(Duration.ofMillis(100).toNanos());
                socket.close();
              }
            });
    ProviderClient client = new ProviderClient(vertx, null, nanos::get);
    nanos.set(1);
    call(client, provider).await();
    Eventually.holds(() -> client.connections() == 0);
    call(client, provider).await();
    call(client, provider).await();
    assertThat(connections).hasValue(2);
    nanos.addAndGet(Duration.ofMillis(60).toNanos());
    call(client, provider).await();
    assertThat(connections).hasValue(3);
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    call(client, provider).await();
    nanos.addAndGet(Duration.ofMillis(60).toNanos());
    call(client, provider).await();
    assertThat(connections).hasValue(4);
  }

  @Test
  void noCallFailsAgainstAPeerThatClosesIdleConnections() {
    Provider provider = provider(150, answering("x-a: 1"));
    // A second of the client's is 25 ms here: it lets go after 100 ms, the peer after 150.
    ProviderClient client = new ProviderClient(vertx, null, () -> System.nanoTime() * 40);
    for (int i = 0; i < 40; i++) {
      int pause = 60 + 5 * (i % 20);
      assertThat(call(client, provider).await()).isEqualTo("{}");
      vertx.timer(pause).await();
    }
    assertThat(requests).hasValue(40);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRequestThatMayHaveBegunIsNotRepeated(boolean kept) {
    Provider provider =
        provider(
            0,
            (socket, request) -> {
              boolean first = requests.incrementAndGet() == 1;
              if (kept && first) {
                socket.write(answer("x-a: 1"));
              } else {
                vertx.setTimer(20, worked -> socket.close());
              }
            });
    ProviderClient client = new ProviderClient(vertx, null);
    if (kept) {
      call(client, provider).await();
    }
    WeftError error = failure(call(client, provider));
    assertThat(error.code()).isEqualTo("chat:provider.upstream");
    assertThat(error.message()).contains("closed the connection without an answer");
    assertThat(error.retryable()).isFalse();
    assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(requests).hasValue(kept ? 2 : 1);
  }

  @Test
  void whatIsNoHttpIsToldAsThat() {
    Provider provider = provider(0, (socket, request) -> socket.write("ICY 200 OK\r\n\r\nhello"));
    WeftError error = failure(call(new ProviderClient(vertx, null), provider));
    assertThat(error.message()).contains("no HTTP").contains(provider.baseUrl());
    assertThat(error.retryable()).isFalse();
  }

  @Test
  void whoCannotBeReachedHasNotBegun() {
    Provider provider = provider(0, (socket, request) -> {});
    vertx.close().await();
    Vertx other = Vertx.vertx();
    try {
      ProviderClient client = new ProviderClient(other, null);
      WeftError error = failure(call(other, client, provider));
      assertThat(error.code()).isEqualTo("chat:provider.unavailable");
      assertThat(error.retryable()).isTrue();
      assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    } finally {
      other.close().await();
    }
  }

  private BiConsumer<NetSocket, String> answering(String header) {
    return (socket, request) -> {
      requests.incrementAndGet();
      socket.write(answer(header));
    };
  }

  private static String answer(String header) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        + header
        + "\r\n\r\n{}";
  }

  /**
   * A peer that has the requests of its connections answered.
   *
   * @param idleMillis closes a connection so long after an answer; 0 for never
   */
  private Provider provider(long idleMillis, BiConsumer<NetSocket, String> script) {
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  connections.incrementAndGet();
                  long[] timer = {-1};
                  socket.handler(
                      bytes -> {
                        vertx.cancelTimer(timer[0]);
                        script.accept(socket, bytes.toString(StandardCharsets.UTF_8));
                        if (idleMillis > 0) {
                          timer[0] = vertx.setTimer(idleMillis, idle -> socket.close());
                        }
                      });
                })
            .listen(0, "127.0.0.1")
            .await();
    Duration limit = Duration.ofSeconds(10);
    return new Provider(
        "peer",
        "http://127.0.0.1:" + server.actualPort() + "/v1",
        null,
        "",
        List.of(),
        true,
        new Timeouts(limit, limit, limit, limit, limit),
        null);
  }

  private Future<String> call(ProviderClient client, Provider provider) {
    return call(vertx, client, provider);
  }

  private static Future<String> call(Vertx vertx, ProviderClient client, Provider provider) {
    Promise<String> promise = Promise.promise();
    vertx.runOnContext(
        any -> {
          Answer answer = new Answer(provider, promise);
          ProviderCall call =
              new ProviderCall(
                  client, provider, provider.completion(), Buffer.buffer("{}"), answer);
          answer.call = call;
          call.send();
        });
    return promise.future();
  }

  private static WeftError failure(Future<String> call) {
    try {
      throw new AssertionError("answered with " + call.await());
    } catch (WeftException e) {
      return e.error();
    }
  }

  private static final class Answer implements ProviderCall.Listener {
    private final Provider provider;
    private final Promise<String> promise;
    private @Nullable ProviderCall call;

    Answer(Provider provider, Promise<String> promise) {
      this.provider = provider;
      this.promise = promise;
    }

    @Override
    public void sent() {}

    @Override
    public void head(HttpClientResponse response) {
      BodyCollector.collect(
              Vertx.currentContext().owner(),
              provider,
              response,
              1_000,
              () -> {},
              ByteBudget.ofHeap().answer(),
              Objects.requireNonNull(call))
          .map(body -> new String(body, StandardCharsets.UTF_8))
          .onComplete(promise);
    }

    @Override
    public void failed(WeftError error) {
      promise.fail(error.exception());
    }
  }
}
