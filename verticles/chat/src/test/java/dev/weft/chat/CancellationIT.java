package dev.weft.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.chat.ChatApi;
import dev.weft.mesh.CallContext;
import dev.weft.testkit.upstream.RecordedRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever gives up an answer stops the provider at once, whatever phase it is in. */
@Timeout(60)
class CancellationIT {

  private static final long LIMIT_MILLIS = 100;

  private final ChatHouse house = ChatHouse.open();

  @AfterEach
  void close() {
    house.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"stall-headers", "stall-first", "stall-middle", "scripted?events=500&gap=5"})
  void aStreamThatIsGivenUpClosesTheProvidersConnection(String model) throws Exception {
    warmUp();
    StreamProbe probe = house.stream(model);
    RecordedRequest seen = house.upstream.completion(1).await();
    if (model.startsWith("stall-middle") || model.startsWith("scripted")) {
      probe.awaitText("word0");
    }
    long start = System.nanoTime();
    probe.stream().cancel();
    assertClosedSoon(seen, start);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stall-headers", "stall-middle"})
  void anAnswerInOnePieceThatIsGivenUpClosesTheProvidersConnection(String model) {
    warmUp();
    CallContext caller = house.caller();
    Future<Raw> answer =
        house
            .node
            .mesh()
            .call(ChatApi.CREATE_COMPLETION, Raw.of(ChatHouse.body(model, false, "")), caller);
    RecordedRequest seen = house.upstream.completion(1).await();
    long start = System.nanoTime();
    caller.cancellation().cancel();
    assertClosedSoon(seen, start);
    assertThat(answer.toCompletionStage().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(WeftException.class);
  }

  @Test
  void aRequestGivenUpAtOnceReachesNobody() throws Exception {
    warmUp();
    CallContext caller = house.caller();
    StreamProbe probe =
        StreamProbe.open(
            house.node.mesh(), caller, ChatHouse.body("scripted?events=500&gap=5", true, ""));
    probe.stream().cancel();
    house.stream("scripted").awaitAll();
    for (RecordedRequest seen : house.upstream.completions()) {
      assertThat(seen.ended().await()).isNotNull();
    }
    assertThat(probe.text()).isEmpty();
  }

  @Test
  void aConnectionIsUsableAfterOthersWereGivenUp() throws Exception {
    for (int i = 0; i < 20; i++) {
      StreamProbe probe = house.stream("scripted?events=500&gap=5").awaitText("word0");
      probe.stream().cancel();
      assertThat(house.create("scripted")).contains("word0");
    }
  }

  private void warmUp() {
    assertThat(house.stream("scripted").awaitAll()).contains("[DONE]");
  }

  private static void assertClosedSoon(RecordedRequest seen, long startNanos) {
    RecordedRequest.Ending ending = seen.ended().await();
    assertThat(ending.byClient()).isTrue();
    assertThat(TimeUnit.NANOSECONDS.toMillis(ending.nanos() - startNanos))
        .isLessThanOrEqualTo(LIMIT_MILLIS);
  }
}
