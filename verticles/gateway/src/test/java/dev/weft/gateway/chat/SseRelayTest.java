package dev.weft.gateway.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SseRelayTest {
  private static final String DONE = "data: [DONE]\n\n";
  private static final long PING = Duration.ofSeconds(15).toNanos();
  private static final long STALL = Duration.ofMinutes(2).toNanos();

  private final FakeStream stream = new FakeStream();
  private final FakeSink sink = new FakeSink();
  private final SseRelay relay = new SseRelay(sink, stream, "req_1", PING, STALL, 1);

  SseRelayTest() {
    relay.start();
  }

  @Test
  void nothingIsSentBeforeTheFirstItem() {
    assertThat(sink.log).isEmpty();

    item("data: 1\n\n");

    assertThat(sink.log).containsExactly("begin");
    sink.runLater();
    assertThat(sink.log).containsExactly("begin", "data: 1\n\n");
  }

  @Test
  void itemsOfOneTurnAreOneWrite() {
    item("data: 1\n\n");
    item("data: 2\n\n");
    sink.runLater();
    item("data: 3\n\n");
    sink.runLater();

    assertThat(sink.log).containsExactly("begin", "data: 1\n\ndata: 2\n\n", "data: 3\n\n");
  }

  @Test
  void aGoodEndComesAfterTheLastItem() {
    item("data: 1\n\n");
    item(DONE);
    stream.end();
    sink.runLater();

    assertThat(sink.log).containsExactly("begin", "end: data: 1\n\n" + DONE);
    assertThat(sink.error).isNull();
  }

  @Test
  void aFailureBeforeTheFirstItemIsAStatus() {
    stream.fail(failure(Reason.RATE_LIMITED));

    assertThat(sink.log).containsExactly("refuse chat:provider.rate_limited");
  }

  @Test
  void aFailureAfterItIsTheLastEvent() {
    item("data: 1\n\n");
    stream.fail(failure(Reason.UPSTREAM));
    sink.runLater();

    assertThat(sink.log).hasSize(2);
    assertThat(sink.log.getLast())
        .startsWith("end: data: 1\n\ndata: {\"error\":{")
        .contains("\"code\":\"chat:provider.upstream\"", "\"request_id\":\"req_1\"")
        .doesNotContain("[DONE]");
    assertThat(sink.error).isNotNull();
  }

  @Test
  void aStreamThatEndsWithoutDoneIsAFailure() {
    item("data: 1\n\n");
    stream.end();

    assertThat(sink.log.getLast()).contains("\"error\"").doesNotContain("[DONE]");
  }

  @Test
  void anEmptyStreamIsAFailureWithAStatus() {
    stream.end();

    assertThat(sink.log).containsExactly("refuse gateway:stream.upstream");
  }

  @Test
  void aFullSinkPausesTheServiceUntilItIsRead() {
    sink.full = true;
    item("data: 1\n\n");
    sink.runLater();
    assertThat(stream.paused).isTrue();

    relay.drained();
    assertThat(stream.paused).as("still full").isTrue();

    sink.full = false;
    relay.drained();
    assertThat(stream.paused).isFalse();
  }

  @Test
  void aFloodWithinOneTurnWaitsForTheNext() {
    String big = "data: " + "x".repeat(20_000) + "\n\n";

    item(big);
    assertThat(stream.paused).isTrue();

    sink.runLater();
    assertThat(sink.log).containsExactly("begin", big);
    assertThat(stream.paused).isFalse();

    sink.full = true;
    item(big);
    sink.runLater();
    assertThat(stream.paused).isTrue();
  }

  @Test
  void silenceIsFilledWithACommentOfOneLine() {
    relay.tick(PING);
    assertThat(sink.log).isEmpty();

    relay.tick(PING + 1);

    assertThat(sink.log).containsExactly("begin", ": ping\n");
    relay.tick(2 * PING);
    assertThat(sink.log).hasSize(2);
    relay.tick(2 * PING + 1);
    assertThat(sink.log).hasSize(3);
  }

  @Test
  void anEventPutsTheCommentOff() {
    relay.tick(PING - 1);
    item("data: 1\n\n");
    sink.runLater();

    relay.tick(PING + 5);
    relay.tick(2 * PING + 4);
    assertThat(sink.log).doesNotContain(": ping\n");
    relay.tick(2 * PING + 5);
    assertThat(sink.log).contains(": ping\n");
  }

  @Test
  void aFailureAfterACommentIsAnEventAsTheStatusIsGone() {
    relay.tick(PING + 1);
    stream.fail(failure(Reason.TIMEOUT));

    assertThat(sink.log).hasSize(3);
    assertThat(sink.log.getLast()).startsWith("end: data: {\"error\":{");
  }

  @Test
  void aClientThatDoesNotReadIsCutOff() {
    sink.full = true;
    item("data: 1\n\n");
    sink.runLater();

    relay.tick(10);
    relay.tick(10 + STALL);
    assertThat(sink.log).doesNotContain("cut");
    relay.tick(11 + STALL);
    assertThat(sink.log).contains("cut").doesNotContain(": ping\n");
  }

  @Test
  void aClientThatReadsNowAndThenIsNot() {
    sink.full = true;
    item("data: 1\n\n");
    sink.runLater();
    relay.tick(10);
    sink.full = false;
    relay.drained();
    sink.full = true;
    item("data: 2\n\n");
    sink.runLater();

    relay.tick(11 + STALL);

    assertThat(sink.log).doesNotContain("cut");
  }

  @Test
  void aClientThatLeavesCancelsTheStream() {
    item("data: 1\n\n");
    relay.clientGone();

    assertThat(stream.cancelled).isTrue();
    sink.runLater();
    item("data: 2\n\n");
    stream.end();
    relay.tick(10 * PING);
    assertThat(sink.log).containsExactly("begin");
  }

  @Test
  void stoppingEndsTheStreamWithAnError() {
    item("data: 1\n\n");

    relay.endEarly(
        WeftError.of("gateway", Reason.UNAVAILABLE, "The gateway is stopping.").exception());

    assertThat(stream.cancelled).isTrue();
    assertThat(sink.log.getLast()).contains("gateway:unavailable");
  }

  private void item(String text) {
    stream.item(Raw.of(text));
  }

  private static WeftException failure(Reason reason) {
    return WeftError.of("chat:provider", reason, "x").exception();
  }

  private static final class FakeSink implements SseRelay.Sink {
    final List<String> log = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    @Nullable WeftError error;
    boolean full;

    void runLater() {
      List<Runnable> now = List.copyOf(later);
      later.clear();
      now.forEach(Runnable::run);
    }

    @Override
    public void firstItem() {}

    @Override
    public void begin() {
      log.add("begin");
    }

    @Override
    public void write(Buffer events) {
      log.add(events.toString());
    }

    @Override
    public boolean isFull() {
      return full;
    }

    @Override
    public void end(Buffer last, @Nullable WeftError cause) {
      log.add("end: " + last);
      error = cause;
    }

    @Override
    public void refuse(WeftException failure) {
      log.add("refuse " + failure.error().code());
    }

    @Override
    public void cut() {
      log.add("cut");
    }

    @Override
    public void later(Runnable action) {
      later.add(action);
    }
  }

  private static final class FakeStream implements MeshStream<Raw> {
    private Handler<Raw> items = item -> {};
    private Handler<Throwable> failures = failure -> {};
    private Handler<Void> ends = end -> {};
    boolean paused;
    boolean cancelled;

    void item(Raw item) {
      items.handle(item);
    }

    void end() {
      ends.handle(null);
    }

    void fail(WeftException failure) {
      failures.handle(failure);
    }

    @Override
    public MeshStream<Raw> handler(@Nullable Handler<Raw> handler) {
      items = handler == null ? item -> {} : handler;
      return this;
    }

    @Override
    public MeshStream<Raw> exceptionHandler(@Nullable Handler<Throwable> handler) {
      failures = handler == null ? failure -> {} : handler;
      return this;
    }

    @Override
    public MeshStream<Raw> endHandler(@Nullable Handler<Void> handler) {
      ends = handler == null ? end -> {} : handler;
      return this;
    }

    @Override
    public MeshStream<Raw> pause() {
      paused = true;
      return this;
    }

    @Override
    public MeshStream<Raw> resume() {
      paused = false;
      return this;
    }

    @Override
    public MeshStream<Raw> fetch(long amount) {
      return this;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}
