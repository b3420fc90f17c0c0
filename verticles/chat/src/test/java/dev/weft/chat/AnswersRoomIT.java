package dev.weft.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.mesh.ByteBudget;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.upstream.Script;
import dev.weft.testkit.upstream.Step;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is held of providers' answers, all together, is never more than the process may hold. */
@Timeout(90)
class AnswersRoomIT {
  private static final int MIB = 1 << 20;

  private static String answer(int bytes) {
    return "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"content\":\""
        + "x".repeat(bytes)
        + "\"}}]}";
  }

  @Test
  void anAnswerWaitsForRoom() throws Exception {
    try (ChatHouse house = ChatHouse.open()) {
      ByteBudget budget = house.node.mesh().budget();
      budget.limit(4 * MIB);
      budget.add(3 * MIB);
      house.upstream.next(Script.json(200, answer(2 * MIB)));
      CompletableFuture<String> reply = CompletableFuture.supplyAsync(() -> house.create("m"));
      Eventually.holds(() -> budget.waiting() == 1);
      assertThat(reply).isNotDone();
      budget.release(3 * MIB);
      assertThat(reply.get(20, TimeUnit.SECONDS)).hasSizeGreaterThan(2 * MIB);
      Eventually.holds(() -> budget.held() == 0);
    }
  }

  @Test
  void anAnswerWithoutRoomIsToldSoAndCostsTheProviderNoBlame() {
    try (ChatHouse house = ChatHouse.open()) {
      ByteBudget budget = house.node.mesh().budget();
      budget.limit(4 * MIB);
      budget.add(3 * MIB);
      house.upstream.next(Script.json(200, answer(2 * MIB)));
      WeftError error = house.failure(ChatHouse.body("m", false, ""));
      assertThat(error.code()).isEqualTo("chat:answer.overloaded");
      assertThat(error.outcome()).isEqualTo(Outcome.EXECUTED);
      assertThat(error.retryable()).isFalse();
      assertThat(budget.waiting()).isZero();
      budget.release(3 * MIB);
      Eventually.holds(() -> budget.held() == 0);
    }
  }

  @Test
  void aLargeEventIsCountedWhileItComes() {
    try (ChatHouse house = ChatHouse.open()) {
      ByteBudget budget = house.node.mesh().budget();
      budget.limit(4 * MIB);
      house.upstream.next(
          Script.events(
              Step.Write.of("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""),
              Step.Write.of("x".repeat(3 * MIB)),
              new Step.Stall()));
      StreamProbe probe = house.stream("m");
      Eventually.holds(() -> budget.held() > 2 * MIB);
      probe.stream().cancel();
      Eventually.holds(() -> budget.held() == 0);

      budget.add(2 * MIB);
      house.upstream.next(
          Script.events(
              Step.Write.of("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""),
              Step.Write.of("x".repeat(3 * MIB)),
              new Step.Stall()));
      assertThat(house.stream("m").awaitFailure().code()).isEqualTo("chat:answer.overloaded");
      budget.release(2 * MIB);
      Eventually.holds(() -> budget.held() == 0);
    }
  }

  @Test
  void anAnswerThatGrowsWhenItIsUnpackedIsCounted() throws Exception {
    try (ChatHouse house = ChatHouse.open()) {
      ByteBudget budget = house.node.mesh().budget();
      budget.limit(4 * MIB);
      house.upstream.next(packed("application/json", answer(6 * MIB)));
      assertThat(house.failure(ChatHouse.body("m", false, "")).code())
          .isEqualTo("chat:answer.overloaded");
      Eventually.holds(() -> budget.held() == 0);
    }
  }

  @Test
  void anAnswerThatGrowsBeyondTheLimitWhenItIsUnpackedIsRefused() throws Exception {
    try (ChatHouse house =
        ChatHouse.open(settings -> settings.set(ChatKeys.MAX_ANSWER_BYTES, 65_536))) {
      house.upstream.next(packed("application/json", answer(MIB)));
      assertThat(house.failure(ChatHouse.body("m", false, "")).message())
          .contains("chat.maxAnswerBytes");
    }
  }

  @Test
  void aStreamThatWasMadeToFillMemoryIsCutOff() throws Exception {
    try (ChatHouse house = ChatHouse.open()) {
      String event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";
      String end =
          "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
              + "data: [DONE]\n\n";
      house.upstream.next(packed("text/event-stream", event.repeat(400_000) + end));
      WeftError error = house.stream("m").awaitFailure();
      assertThat(error.message()).contains("grows more than 200 times");
    }
  }

  private static Script packed(String type, String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return new Script(
        200,
        Map.of("content-type", type, "content-encoding", "gzip"),
        List.of(new Step.Write(Buffer.buffer(packed.toByteArray()))));
  }
}
