package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.Namespace;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits are checked where they are met, and what they refuse changes nothing. */
final class LimitsTest {
  private static final int MAX_CALLS = 8;

  private static final List<String> NO_NAMES =
      List.of("", "nul\0", "half\ud800", "half\ud800pair", "\udc00half");

  private final Lab lab = new Lab(ObjectLimits.DEFAULT.withMailbox(MAX_CALLS, 1 << 20));

  @AfterEach
  void close() {
    lab.close();
  }

  private static String refusal(Runnable write) {
    return ObjectBed.errorOf(write).code();
  }

  @Test
  void values() {
    lab.run(
        "a",
        self -> {
          self.storage.put("key", new byte[Storage.MAX_VALUE_BYTES]);
          byte[] larger = new byte[Storage.MAX_VALUE_BYTES + 1];
          assertThat(refusal(() -> self.storage.put("key", larger)))
              .isEqualTo("object:value.too_large");
          assertThat(refusal(() -> self.storage.put("key", "x".repeat(larger.length))))
              .isEqualTo("object:value.too_large");
          assertThat(self.storage.get("key", byte[].class).orElseThrow())
              .hasSize(Storage.MAX_VALUE_BYTES);
          return 0;
        });
  }

  @Test
  void keys() {
    lab.run(
        "a",
        self -> {
          self.storage.put("", 1);
          self.storage.put("x".repeat(Storage.MAX_KEY_BYTES), 1);
          self.storage.put("é".repeat(Storage.MAX_KEY_BYTES / 2), 1);
          assertThat(refusal(() -> self.storage.put("x".repeat(Storage.MAX_KEY_BYTES + 1), 1)))
              .isEqualTo("object:key.too_large");
          assertThat(refusal(() -> self.storage.put("é".repeat(Storage.MAX_KEY_BYTES / 2 + 1), 1)))
              .isEqualTo("object:key.too_large");
          assertThat(refusal(() -> self.storage.get("x".repeat(9_999), Integer.class)))
              .isEqualTo("object:key.too_large");
          assertThat(refusal(() -> self.storage.put("half \uD800 of a pair", 1)))
              .isEqualTo("object:key.invalid");
          assertThat(self.storage.list(Integer.class)).hasSize(3);
          return 0;
        });
    assertThat(lab.stored("a", "")).isEqualTo(1);
  }

  @Test
  void whatIsWrittenWithoutAPause() {
    byte[] chunk = new byte[1 << 20];
    lab.run(
        "a",
        self -> {
          for (int i = 0; i < 15; i++) {
            self.storage.put("chunk" + i, chunk);
          }
          Map<String, byte[]> more = new TreeMap<>(Map.of("small", new byte[1], "x1", chunk));
          more.put("x2", chunk);
          assertThat(refusal(() -> self.storage.put(more))).isEqualTo("object:turn.too_large");
          // All of them or none.
          assertThat(self.storage.get("small", byte[].class)).isEmpty();
          assertThat(self.storage.get("x1", byte[].class)).isEmpty();
          self.storage.sync();
          self.storage.put(more);
          return 0;
        });
    lab.evict("a");
    int keys = lab.run("a", self -> self.storage.list(byte[].class).size());
    assertThat(keys).isEqualTo(18);
  }

  @Test
  void namesOfAlarmsAndRequests() {
    lab.run(
        "a",
        self -> {
          Alarms alarms = self.storage.alarms();
          Instant far = self.context.now().plusSeconds(1_000);
          alarms.set("x".repeat(256), far);
          assertThat(refusal(() -> alarms.set("x".repeat(257), far)))
              .isEqualTo("object:alarm.invalid");
          assertThat(refusal(() -> alarms.set("", far))).isEqualTo("object:alarm.invalid");
          assertThat(refusal(() -> alarms.set("x", Instant.EPOCH)))
              .isEqualTo("object:alarm.invalid");
          assertThat(refusal(() -> alarms.set("x", Instant.MAX))).isEqualTo("object:alarm.invalid");
          assertThat(refusal(() -> alarms.set("x", Duration.ofSeconds(Long.MAX_VALUE))))
              .isEqualTo("object:alarm.invalid");
          for (String wrong : NO_NAMES) {
            assertThat(refusal(() -> alarms.set(wrong, far))).isEqualTo("object:alarm.invalid");
          }
          alarms.set("pair \ud83d\ude00", far);
          assertThat(alarms.list()).hasSize(2);
          return 0;
        });
    Stub<Lab.Probe> stub = lab.stub("a");
    assertThat(stub.withRequestId("x".repeat(128)).id()).isEqualTo(lab.id("a"));
    assertThat(refusal(() -> stub.withRequestId("x".repeat(129)))).isEqualTo("object:id.invalid");
    for (String wrong : NO_NAMES) {
      assertThat(refusal(() -> stub.withRequestId(wrong))).isEqualTo("object:id.invalid");
    }
  }

  @Test
  void callsThatWait() {
    CountDownLatch latch = new CountDownLatch(1);
    Stub<Lab.Probe> stub = lab.stub("a");
    Future<Integer> first =
        lab.call(
            stub,
            _ -> {
              lab.seen.add("first");
              latch.await();
              return 0;
            });
    ObjectBed.until(() -> !lab.seen.all().isEmpty());
    List<Future<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < MAX_CALLS + 1; i++) {
      calls.add(lab.call(stub, self -> self.add("value", 1)));
    }
    WeftError error = ObjectBed.errorOf(calls.getLast());
    assertThat(error.code()).isEqualTo("object:mailbox.overloaded");
    assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
    latch.countDown();
    first.await();
    calls.removeLast();
    Future.all(calls).await();
    assertThat(lab.count("a", "value")).isEqualTo(MAX_CALLS);
  }

  @Test
  void noneIsNothing() {
    ObjectLimits usual = ObjectLimits.DEFAULT;
    for (ThrowingCallable wrong :
        List.<ThrowingCallable>of(
            () -> usual.withIdle(Duration.ZERO),
            () -> usual.withTurn(Duration.ofSeconds(-1)),
            () -> usual.withMailbox(0, 1),
            () -> usual.withMailbox(1, 0),
            () -> usual.withCacheBytes(-1))) {
      assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(usual.withCacheBytes(0).cacheBytes()).isZero();
  }

  interface Sink {
    void take(String text);

    void block(String ignored);
  }

  @Test
  void bytesThatWait() {
    Namespace<Sink> sinks = Namespace.of("sink", Sink.class).asOpen();
    Semaphore blocks = new Semaphore(0);
    lab.bed.host(
        ObjectClass.of(
                sinks,
                _ ->
                    new Sink() {
                      @Override
                      public void take(String text) {
                        lab.seen.add("took");
                      }

                      @Override
                      public void block(String ignored) {
                        lab.seen.add("blocks");
                        blocks.acquireUninterruptibly();
                      }
                    })
            .withLimits(ObjectLimits.DEFAULT.withMailbox(1_000, 10_000)));
    Stub<Sink> stub = lab.bed.objects.stub(sinks, "a");
    Future<Integer> first = stub.call(sink -> block(sink));
    ObjectBed.until(() -> lab.seen.all().contains("blocks"));
    Future<Integer> fits = stub.call(sink -> take(sink, 9_000));
    Future<Integer> tooMuch = stub.call(sink -> take(sink, 2_000));
    assertThat(Lab.codeOf(tooMuch)).isEqualTo("object:mailbox.overloaded");
    blocks.release();
    Future.all(first, fits).await();
    assertThat(lab.seen.all()).containsExactly("blocks", "took");
    // What no longer waits takes no room.
    Future<Integer> second = stub.call(sink -> block(sink));
    ObjectBed.until(() -> lab.seen.all().size() == 3);
    Future<Integer> small = stub.call(sink -> take(sink, 10));
    Future<Integer> large = stub.call(sink -> take(sink, 9_000));
    blocks.release();
    Future.all(second, small, large).await();
  }

  private static int take(Sink sink, int length) {
    sink.take("x".repeat(length));
    return 0;
  }

  private static int block(Sink sink) {
    sink.block("");
    return 0;
  }
}
