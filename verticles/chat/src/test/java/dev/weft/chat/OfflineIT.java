package dev.weft.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.WeftError;
import dev.weft.json.Json;
import dev.weft.testkit.node.Eventually;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfflineIT {

  private final ChatHouse house = ChatHouse.open();

  @AfterAll
  void close() {
    house.close();
  }

  @Test
  void anAnswerHasTheShapeThatClientsExpect() throws IOException {
    JsonNode answer =
        read(
            "\"messages\":[{\"role\":\"system\",\"content\":\"The tide comes twice a day. Whales"
                + " rest at night.\"},{\"role\":\"user\",\"content\":\"When do whales sleep?\"}]");
    assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
    assertThat(answer.path("model").asText()).isEqualTo("weft-offline");
    JsonNode choice = answer.path("choices").path(0);
    assertThat(choice.path("message").path("content").asText())
        .contains("\"Whales rest at night.\"")
        .doesNotContain("tide");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    JsonNode usage = answer.path("usage");
    assertThat(usage.path("prompt_tokens").asInt()).isBetween(20, 40);
    assertThat(usage.path("total_tokens").asInt())
        .isEqualTo(usage.path("prompt_tokens").asInt() + usage.path("completion_tokens").asInt());
  }

  @Test
  void aStreamSaysTheSameAsTheAnswerInOnePiece() throws IOException {
    String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"你好，你是谁？\"}]";
    JsonNode whole = read(messages);
    String stream =
        house
            .streamBody(
                "{\"model\":\"weft-offline\",\"stream\":true,"
                    + "\"stream_options\":{\"include_usage\":true},"
                    + messages
                    + "}")
            .awaitAll();
    StringBuilder text = new StringBuilder();
    String[] events = stream.split("\n\n");
    for (int i = 0; i < events.length - 1; i++) {
      JsonNode event = Json.mapper().readTree(events[i].substring(6));
      text.append(event.path("choices").path(0).path("delta").path("content").asText());
      assertThat(event.path("object").asText()).isEqualTo("chat.completion.chunk");
      assertThat(event.has("usage")).isTrue();
      assertThat(event.path("usage").isNull()).isEqualTo(i < events.length - 2);
    }
    assertThat(text.toString())
        .isEqualTo(whole.path("choices").path(0).path("message").path("content").asText())
        .contains("内置模型");
    assertThat(events[0]).contains("\"role\":\"assistant\",\"content\":\"\"");
    assertThat(events[events.length - 3]).contains("\"finish_reason\":\"stop\"");
    JsonNode usage = Json.mapper().readTree(events[events.length - 2].substring(6));
    assertThat(usage.path("choices")).isEmpty();
    assertThat(usage.path("usage")).isEqualTo(whole.path("usage"));
    assertThat(events[events.length - 1]).isEqualTo("data: [DONE]");
  }

  @Test
  void lengthAndStopAreHonoured() throws IOException {
    String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
    JsonNode cut = read(messages + ",\"max_tokens\":5");
    assertThat(cut.path("choices").path(0).path("finish_reason").asText()).isEqualTo("length");
    assertThat(cut.path("usage").path("completion_tokens").asInt()).isEqualTo(5);
    JsonNode stopped = read(messages + ",\"stop\":[\"built-in\"]");
    assertThat(stopped.path("choices").path(0).path("message").path("content").asText())
        .isEqualTo("I am weft-offline, Weft's ");
    assertThat(stopped.path("choices").path(0).path("finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void wordsComeAtANaturalPace() {
    try (ChatHouse paced =
        ChatHouse.open(settings -> settings.set(ChatKeys.OFFLINE_TOKENS_PER_SECOND, 100))) {
      paced.create("weft-offline");
      long start = System.nanoTime();
      StreamProbe probe = paced.stream("weft-offline");
      String text = probe.awaitAll();
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      int words = text.split("\"content\":", -1).length;
      assertThat(words).isGreaterThan(60);
      assertThat(millis).isBetween(600L, 6_000L);
      assertThat(probe.items()).isGreaterThan(40);
    }
  }

  @Test
  void aStreamCanBeGivenUp() throws Exception {
    try (ChatHouse paced =
        ChatHouse.open(settings -> settings.set(ChatKeys.OFFLINE_TOKENS_PER_SECOND, 5))) {
      StreamProbe probe = paced.stream("weft-offline");
      probe.awaitText("assistant").stream().cancel();
      assertThat(paced.create("weft-offline")).contains("weft-offline");
      // The stream hears of it on its own event loop.
      Eventually.holds(
          () ->
              paced
                  .node
                  .context("chat")
                  .scrapeMetrics()
                  .contains("weft_chat_cancelled_total{provider=\"weft\""));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"role\":\"user\",\"content\":\"a\"}],\"n\":2                      | n",
        "[7]                                                                   | messages[0]",
        "[{\"role\":\"user\",\"content\":\"a\"},{\"content\":\"b\"}]           | messages[1].role",
        "[{\"role\":\"robot\",\"content\":\"b\"}]                              | messages[0].role",
        "[{\"role\":\"user\"}]                                                 |"
            + " messages[0].content",
        "[{\"role\":\"user\",\"content\":5}]                                   |"
            + " messages[0].content",
        "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]          |"
            + " messages[0].content[0].type",
        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]               |"
            + " messages[0].content[0].text",
        "[{\"role\":\"user\",\"content\":\"a\"}],\"max_tokens\":0              | max_tokens",
        "[{\"role\":\"user\",\"content\":\"a\"}],\"max_completion_tokens\":\"9\" |"
            + " max_completion_tokens",
        "[{\"role\":\"user\",\"content\":\"a\"}],\"stop\":7                    | stop",
        "[{\"role\":\"user\",\"content\":\"a\"}],\"response_format\":{\"type\":\"json_object\"} |"
            + " response_format",
      })
  void whatItCannotDoIsRefused(String rest, String param) {
    WeftError error = house.failure("{\"model\":\"weft-offline\",\"messages\":" + rest + "}");
    assertThat(error.code()).isEqualTo("chat:request.invalid");
    assertThat(error.details()).containsEntry(WeftError.PARAM, param);
  }

  @Test
  void toolsAreLeftAloneAndAnsweredInText() throws IOException {
    JsonNode answer =
        read(
            "\"messages\":[{\"role\":\"user\",\"content\":\"Weather?\"}],\"tools\":[{\"type\":\"function\","
                + "\"function\":{\"name\":\"weather\"}}]");
    assertThat(answer.path("choices").path(0).path("message").has("tool_calls")).isFalse();
  }

  private JsonNode read(String rest) throws IOException {
    return Json.mapper().readTree(house.createBody("{\"model\":\"weft-offline\"," + rest + "}"));
  }
}
