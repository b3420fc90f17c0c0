package dev.weft.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.testkit.upstream.RecordedRequest;
import dev.weft.testkit.upstream.Script;
import dev.weft.testkit.upstream.Step;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Time and memory of one answer are bounded, whatever the provider and the reader do. */
@Timeout(90)
class LimitsIT {

  private static final long MAX_HELD_BYTES = 8L << 20;

  @ParameterizedTest
  @CsvSource({
    "stall-headers, true,  did not begin its answer within 300 ms",
    "stall-first,   true,  did not send its first event within 400 ms",
    "stall-middle,  true,  did not go on with its answer within 500 ms",
    "stall-headers, false, did not finish its answer within 2000 ms",
    "stall-middle,  false, did not go on with its answer within 500 ms",
    "scripted?events=1000&gap=100, true, did not finish its answer within 2000 ms",
  })
  void aSilentProviderIsGivenUp(String model, boolean stream, String says) {
    try (ChatHouse house =
        ChatHouse.open(
            settings ->
                settings
                    .set(ChatKeys.HEADERS_TIMEOUT, Duration.ofMillis(300))
                    .set(ChatKeys.FIRST_TOKEN_TIMEOUT, Duration.ofMillis(400))
                    .set(ChatKeys.IDLE_TIMEOUT, Duration.ofMillis(500))
                    .set(ChatKeys.TOTAL_TIMEOUT, Duration.ofMillis(2_000)))) {
      WeftError error =
          stream
              ? house.stream(model).awaitFailure()
              : house.failure(ChatHouse.body(model, false, ""));
      assertThat(error.code()).isEqualTo("chat:provider.timeout");
      assertThat(error.message()).contains(says);
      assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(house.upstream.completions().getFirst().ended().await().byClient()).isTrue();
    }
  }

  @Test
  void keepAlivesAreNoFirstToken() {
    try (ChatHouse house =
        ChatHouse.open(
            settings -> settings.set(ChatKeys.FIRST_TOKEN_TIMEOUT, Duration.ofMillis(400)))) {
      house.upstream.next(
          Script.events(
              Step.Write.of(": wait\n\n"),
              new Step.Wait(Duration.ofMillis(200)),
              Step.Write.of(": wait\n\n"),
              new Step.Wait(Duration.ofMillis(300)),
              Step.Write.of(": wait\n\n"),
              new Step.Stall()));
      assertThat(house.stream("m").awaitFailure().message()).contains("first event");
    }
  }

  @Test
  void aProviderThatIsNotThereIsUnavailable() {
    try (ChatHouse house = ChatHouse.open()) {
      house.upstream.close();
      WeftError error = house.failure(ChatHouse.body("m", false, ""));
      assertThat(error.code()).as(error.message()).isEqualTo("chat:provider.unavailable");
      assertThat(error.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
      assertThat(error.retryable()).isTrue();
      assertThat(house.stream("m").awaitFailure().code()).isEqualTo("chat:provider.unavailable");
    }
  }

  @Test
  void aNameThatNobodyKnowsIsUnavailable() {
    try (ChatHouse house =
        ChatHouse.open(
            settings -> settings.set(ChatKeys.OPENAI_BASE_URL, "http://no-such-host.invalid/v1"))) {
      WeftError error = house.failure(ChatHouse.body("m", false, ""));
      assertThat(error.code()).isEqualTo("chat:provider.unavailable");
    }
  }

  @Test
  void aKeyThatIsNoSecretIsAPartOfWords() {
    try (ChatHouse house = ChatHouse.open(settings -> settings.set(ChatKeys.OPENAI_API_KEY, "x"))) {
      house.upstream.next(Script.json(400, "{\"error\":{\"message\":\"extra context\"}}"));
      assertThat(house.failure(ChatHouse.body("m", false, "")).message()).contains("extra context");
    }
  }

  @Test
  void aRequestThatWasSentIsNeverSentAgain() {
    try (ChatHouse house = ChatHouse.open()) {
      house.create("scripted");
      for (boolean stream : List.of(true, false)) {
        int before = house.upstream.completions().size();
        // The kept connection closes after the request, before a byte of an answer.
        house.upstream.next(new Script(200, Map.of(), List.of(new Step.Cut())));
        WeftError error =
            stream
                ? house.stream("m").awaitFailure()
                : house.failure(ChatHouse.body("m", false, ""));
        assertThat(error.message()).contains("without an answer");
        assertThat(error.retryable()).isFalse();
        assertThat(house.upstream.completions()).hasSize(before + 1);
        house.create("scripted");
      }
    }
  }

  @Test
  void aReaderThatStopsWhileTheProviderFloodsCostsLittle() throws Exception {
    try (ChatHouse house = ChatHouse.open()) {
      house.stream("scripted").awaitAll();
      long before = heldBytes();
      StreamProbe probe = house.stream("flood");
      probe.stream().pause();
      RecordedRequest seen = house.upstream.completion(1).await();
      awaitStandstill(seen);
      long held = heldBytes() - before;
      assertThat(held).isLessThan(MAX_HELD_BYTES);
      assertThat(probe.items()).isLessThan(70);
      probe.stream().resume();
      probe.awaitText("word1 ");
      long standstill = seen.bytesWritten();
      awaitMore(seen, standstill + (4L << 20));
      probe.stream().cancel();
      assertThat(seen.ended().await().byClient()).isTrue();
    }
  }

  @Test
  void aSlowReaderIsNotASilentProvider() throws Exception {
    try (ChatHouse house =
        ChatHouse.open(settings -> settings.set(ChatKeys.IDLE_TIMEOUT, Duration.ofMillis(300)))) {
      StreamProbe probe = house.stream("flood");
      probe.stream().pause();
      RecordedRequest seen = house.upstream.completion(0).await();
      awaitStandstill(seen);
      awaitStandstill(seen);
      probe.stream().resume();
      awaitMore(seen, seen.bytesWritten() + (4L << 20));
      probe.stream().cancel();
    }
  }

  @Test
  void aConnectThatHangsIsGivenUp() {
    Vertx vertx = Vertx.vertx();
    // A TLS port that never says hello hangs like a connect that is never answered.
    NetServer silent =
        vertx
            .createNetServer(new NetServerOptions().setHost("127.0.0.1").setPort(0))
            .connectHandler(socket -> {})
            .listen()
            .await();
    String url = "https://127.0.0.1:" + silent.actualPort() + "/v1";
    try (ChatHouse house =
        ChatHouse.open(
            settings ->
                settings
                    .set(ChatKeys.OPENAI_BASE_URL, url)
                    .set(ChatKeys.CONNECT_TIMEOUT, Duration.ofMillis(500)))) {
      WeftError error = house.failure(ChatHouse.body("m", false, ""));
      assertThat(error.code()).isEqualTo("chat:provider.unavailable");
      assertThat(error.message()).contains("500 ms");
    }
    vertx.close().await();
  }

  /** Waits until the provider has not been able to write for a while. */
  private static void awaitStandstill(RecordedRequest seen) {
    long written = -1;
    long since = System.nanoTime();
    while (System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(700)) {
      if (seen.bytesWritten() != written) {
        written = seen.bytesWritten();
        since = System.nanoTime();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    assertThat(written).isPositive();
  }

  private static void awaitMore(RecordedRequest seen, long bytes) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (seen.bytesWritten() < bytes) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private static long heldBytes() {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return heap + direct;
  }

  /** What ended streams hold would outlive young collections, and fill the heap under load. */
  @Test
  void aStreamThatHasEndedIsHeldByNothing() throws Exception {
    try (ChatHouse house = ChatHouse.open()) {
      for (int i = 0; i < 60; i++) {
        house.stream("scripted?events=3&gap=2").awaitAll();
      }
      assertThat(liveStreamRelays()).isLessThan(10);
    }
  }

  private static long liveStreamRelays() throws Exception {
    Object histogram =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    return String.valueOf(histogram)
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length > 3 && words[3].endsWith(".StreamRelay"))
        .mapToLong(words -> Long.parseLong(words[1]))
        .sum();
  }
}
