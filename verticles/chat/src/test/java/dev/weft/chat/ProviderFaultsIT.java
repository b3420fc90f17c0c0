package dev.weft.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.testkit.upstream.Behaviour;
import dev.weft.testkit.upstream.Chunks;
import dev.weft.testkit.upstream.Script;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each fault of a provider has one defined result, and none of them is a truncated success. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProviderFaultsIT {

  private ChatHouse house = ChatHouse.open();

  @BeforeAll
  void reset() {
    house.upstream.reset();
  }

  @AfterAll
  void close() {
    house.close();
  }

  @ParameterizedTest
  @CsvSource({
    "CUT_HEADERS,  chat:provider.upstream,     without an answer",
    "CUT_MIDDLE,   chat:provider.upstream,     truncated",
    "CUT_EVENT,    chat:provider.upstream,     truncated",
    "NO_END,       chat:provider.upstream,     truncated",
    "BAD_JSON,     chat:provider.upstream,     not JSON",
    "HTML,         chat:provider.upstream,     text/html",
    "ERROR_200,    chat:provider.upstream,     on holiday",
    "NULL_200,     chat:provider.upstream,     no answer",
    "EMPTY_200,    chat:provider.upstream,     empty body",
    "ERROR_MIDDLE, chat:provider.upstream,     Out of luck",
    "ENDLESS_EVENT,chat:provider.upstream,     more than",
    "ERROR_400,    chat:provider.invalid,      Bad temperature",
    "ERROR_401,    chat:provider.upstream,     refused the API key",
    "ERROR_404,    chat:provider.not_found,    No such model",
    "ERROR_429,    chat:provider.rate_limited, Slow down",
    "ERROR_500,    chat:provider.upstream,     Out of order",
    "ERROR_503,    chat:provider.unavailable,  Closed",
    "ERROR_529,    chat:provider.unavailable,  Overloaded",
    "ERROR_HTML,   chat:provider.upstream,     status 502",
  })
  void aStreamFails(Behaviour fault, String code, String says) {
    StreamProbe probe = house.stream(fault.model());
    WeftError error = probe.awaitFailure();
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).contains(says).doesNotContain(ChatHouse.KEY);
    assertThat(probe.text()).doesNotContain("[DONE]").doesNotContain("\"error\"");
    if (Set.of("CUT_MIDDLE", "CUT_EVENT", "BAD_JSON", "ERROR_MIDDLE").contains(fault.name())) {
      assertThat(probe.text()).contains("word0").endsWith("}\n\n");
      assertThat(error.outcome()).isEqualTo(Outcome.UNKNOWN);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CUT_HEADERS,  chat:provider.upstream,     without an answer",
    "CUT_MIDDLE,   chat:provider.upstream,     truncated",
    "BAD_JSON,     chat:provider.upstream,     no completion",
    "HTML,         chat:provider.upstream,     text/html",
    "ERROR_200,    chat:provider.upstream,     on holiday",
    "NULL_200,     chat:provider.upstream,     no completion",
    "EMPTY_200,    chat:provider.upstream,     empty body",
    "NO_END,       chat:provider.upstream,     no completion",
    "ERROR_400,    chat:provider.invalid,      Bad temperature",
    "ERROR_401,    chat:provider.upstream,     refused the API key",
    "ERROR_404,    chat:provider.not_found,    No such model",
    "ERROR_429,    chat:provider.rate_limited, Slow down",
    "ERROR_500,    chat:provider.upstream,     Out of order",
    "ERROR_503,    chat:provider.unavailable,  Closed",
    "ERROR_529,    chat:provider.unavailable,  Overloaded",
    "ERROR_HTML,   chat:provider.upstream,     status 502",
  })
  void anAnswerInOnePieceFails(Behaviour fault, String code, String says) {
    WeftError error = house.failure(ChatHouse.body(fault.model(), false, ""));
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).contains(says).doesNotContain(ChatHouse.KEY);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "SCRIPTED",
        "NO_DONE",
        "DRIP",
        "NOISE",
        "BAD_UTF8",
        "USAGE_ON_CONTENT",
        "USAGE_ON_FINISH"
      })
  void aStreamThatIsWholeArrivesInOneForm(Behaviour odd) {
    String model = odd.model();
    String words = house.stream(model).awaitAll();
    assertThat(words).endsWith(Chunks.DONE).doesNotContain("usage\":{");
    assertThat(words.split("\n\n")).allMatch(event -> event.matches("data: (\\{.*}|\\[DONE])"));
    assertThat(words).contains("assistant").contains("\"stop\"");
  }

  @Test
  void theFormIsTheProvidersOwnBytes() {
    String model = "scripted?events=5";
    String asked = ",\"stream_options\":{\"include_usage\":true}";
    assertThat(house.streamBody(ChatHouse.body(model, true, asked)).awaitAll())
        .isEqualTo(String.join("", Chunks.stream(model, 5, true)));
    List<String> without = new ArrayList<>(Chunks.stream(model, 5, true));
    without.removeIf(event -> event.contains("\"choices\":[]"));
    assertThat(house.stream(model).awaitAll()).isEqualTo(String.join("", without));
    assertThat(house.create(model)).isEqualTo(Chunks.completion(model, 5));
  }

  @Test
  void charactersAndLineEndsSplitOnTheWayArriveWhole() {
    String text = house.stream("split?events=20").awaitAll();
    assertThat(text).contains("天气é😀 19").doesNotContain("\r").endsWith(Chunks.DONE);
  }

  @Test
  void usageOnAContentEventGoesOutAlone() {
    for (String model : List.of("usage-on-content", "usage-on-finish")) {
      String asked = ",\"stream_options\":{\"include_usage\":true}";
      String text = house.streamBody(ChatHouse.body(model, true, asked)).awaitAll();
      for (String event : text.split("\n\n")) {
        if (event.contains("\"usage\":{")) {
          assertThat(event).contains("\"choices\":[]");
        }
      }
      assertThat(text.split("\"usage\":\\{", -1)).hasSize(2);
    }
  }

  @Test
  void toolCallsPassUntouched() {
    String text = house.stream("tools").awaitAll();
    assertThat(text).contains("\"index\":1,\"id\":\"call_1\"").contains("tool_calls\"}");
  }

  @Test
  void aHugeEventPasses() {
    assertThat(house.stream("huge-event").awaitAll()).hasSizeGreaterThan(1 << 20);
  }

  @Test
  void doneWithoutAnyContentIsNoAnswer() {
    house.upstream.next(Script.pieces(List.of(Buffer.buffer(Chunks.DONE))));
    assertThat(house.stream("x").awaitFailure().message()).contains("before it began");
  }

  @Test
  void theProvidersErrorTravelsInTheDetails() {
    WeftError error = house.failure(ChatHouse.body("error-400", false, ""));
    assertThat(error.retryable()).isFalse();
    assertThat(error.details()).containsEntry(WeftError.UPSTREAM_STATUS, 400);
    assertThat(error.details().get(WeftError.UPSTREAM_ERROR))
        .isEqualTo(
            Map.of(
                "provider", "openai",
                "message", "Bad temperature.",
                "type", "invalid_request_error",
                "code", "bad_temperature"));
  }

  @Test
  void aRateLimitSaysHowLongToWait() {
    WeftError error = house.failure(ChatHouse.body("error-429", false, ""));
    assertThat(error.retryable()).isTrue();
    assertThat(error.details()).containsEntry(WeftError.RETRY_AFTER_MILLIS, 7_000L);
  }

  @Test
  void aRefusedKeyIsOurFaultAndIsNotShown() {
    house.upstream.next(
        Script.json(401, Chunks.error("Incorrect key: " + ChatHouse.KEY, "auth", "bad")));
    WeftError error = house.failure(ChatHouse.body("m", false, ""));
    assertThat(error.toString()).doesNotContain(ChatHouse.KEY).contains("test");
    assertThat(error.retryable()).isFalse();
    assertThat(error.details()).doesNotContainKey(WeftError.UPSTREAM_ERROR);
  }

  @Test
  void aUsedUpQuotaIsNotWorthRetrying() {
    house.upstream.next(
        Script.json(429, Chunks.error("You ran out.", "insufficient_quota", "insufficient_quota")));
    WeftError error = house.failure(ChatHouse.body("m", false, ""));
    assertThat(error.code()).isEqualTo("chat:provider.quota");
    assertThat(error.retryable()).isFalse();
  }

  @Test
  void theRequestIsPassedOnAsItIsExceptForWhatIsOurs() {
    house.upstream.reset();
    String body =
        "{ \"model\":\"openai/x\",\"messages\" : [ {\"role\":\"user\",\"content\":\"\\u00e9 é\"} ],"
            + " \"temperature\":1.0e0 }";
    house.createBody(body);
    assertThat(house.upstream.completions().getFirst().bodyText())
        .isEqualTo(
            "{\"model\":\"x\",\"messages\" : [ {\"role\":\"user\",\"content\":\"\\u00e9 é\"} ],"
                + "\"temperature\":1.0e0}");
    assertThat(house.upstream.completions().getFirst().header("authorization"))
        .isEqualTo("Bearer " + ChatHouse.KEY);
    house.createBody(body.replace("openai/x", "x"));
    assertThat(house.upstream.completions().getLast().bodyText())
        .isEqualTo(body.replace("openai/x", "x"));
  }

  @Test
  void everyBehaviourOfTheUpstreamIsCovered() {
    EnumSet<Behaviour> elsewhere =
        EnumSet.of(
            Behaviour.STALL_HEADERS,
            Behaviour.STALL_FIRST,
            Behaviour.STALL_MIDDLE,
            Behaviour.FLOOD);
    String here =
        Arrays.stream(getClass().getDeclaredMethods())
            .flatMap(method -> Arrays.stream(method.getAnnotations()))
            .map(Object::toString)
            .reduce("", String::concat);
    List<Behaviour> missing =
        Arrays.stream(Behaviour.values())
            .filter(b -> !elsewhere.contains(b) && !here.contains(b.name()))
            .toList();
    assertThat(missing)
        .containsExactlyInAnyOrder(
            Behaviour.ONLY_DONE, Behaviour.HUGE_EVENT, Behaviour.SPLIT, Behaviour.TOOLS);
  }

  @Test
  void aProviderThatSaysDoneIsBelieved() {
    assertThat(house.stream("only-done").awaitAll()).contains("word0").endsWith(Chunks.DONE);
  }
}
