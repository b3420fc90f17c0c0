package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerRecorderTest {

  private final AnswerRecorder recorder = new AnswerRecorder();

  @Test
  void textIsPutTogether() {
    delta("{\"role\":\"assistant\",\"content\":\"\"}");
    delta("{\"content\":\"Hel\"}");
    delta("{\"content\":\"lo \\\"天\\\"\"}");
    assertThat(recorder.message(true))
        .isEqualTo("{\"role\":\"assistant\",\"content\":\"Hello \\\"天\\\"\"}");
  }

  @Test
  void toolCallsAreMergedByIndexAndLeftOutOfAPartialAnswer() {
    delta(
        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}");
    delta(
        "{\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}]}");
    delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}");
    delta("{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"}\"}}]}");
    assertThat(recorder.message(true))
        .isEqualTo(
            "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
                + "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},\"id\":\"a\"},"
                + "{\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"},\"id\":\"b\"}]}");
    assertThat(recorder.message(false)).doesNotContain("tool_calls");
  }

  @Test
  void parallelCallsAreKeptApartWithoutAnIndexOrWithTheSame() {
    for (String index : new String[] {"", "\"index\":0,"}) {
      AnswerRecorder apart = new AnswerRecorder();
      for (String id : new String[] {"a", "b"}) {
        delta(
            apart,
            "{\"tool_calls\":[{"
                + index
                + "\"id\":\""
                + id
                + "\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}");
        delta(apart, "{\"tool_calls\":[{" + index + "\"function\":{\"arguments\":\"}\"}}]}");
      }
      String call =
          "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},\"id\":";
      assertThat(apart.message(true)).contains(call + "\"a\"}," + call + "\"b\"}");
    }
    AnswerRecorder nameless = new AnswerRecorder(); // neither index nor id
    delta(nameless, "{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}");
    delta(nameless, "{\"tool_calls\":[{\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}");
    assertThat(nameless.message(true)).contains("\"f\"").contains("\"g\"");
  }

  @Test
  void halfACallIsNothing() {
    delta(
        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}");
    assertThat(recorder.isEmpty(false)).isTrue();
    assertThat(recorder.isEmpty(true)).isFalse();
    assertThat(recorder.message(false)).doesNotContain("null");
  }

  @Test
  void whatIsNotKnownIsKeptAsItCame() {
    delta(
        "{\"role\":\"assistant\",\"reasoning_content\":\"lo\",\"reasoning_details\":[{\"a\":1}]}");
    delta("{\"reasoning_content\":\"ng\",\"reasoning_details\":[{\"b\":2}],\"audio\":null}");
    delta(
        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},"
            + "\"extra_content\":{\"google\":{\"thought_signature\":\"SIG\"}}}]}");
    assertThat(recorder.message(true))
        .contains("\"reasoning_content\":\"long\"")
        .contains("\"reasoning_details\":[{\"a\":1},{\"b\":2}]")
        .contains("\"extra_content\":{\"google\":{\"thought_signature\":\"SIG\"}}")
        .doesNotContain("audio");
    for (int i = 0; i < 100; i++) {
      delta("{\"x" + i + "\":\"" + "y".repeat(30_000) + "\"}");
    }
    assertThat(recorder.cut()).isTrue();
    assertThat(recorder.message(true).length()).isLessThan(1_200_000);
  }

  @Test
  void aWholeAnswerKeepsItsMessage() {
    assertThat(recorder.isEmpty(true)).isTrue();
    recorder.body(
        "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\",\"x\":1}}]}"
            .getBytes(UTF_8));
    assertThat(recorder.isEmpty(true)).isFalse();
    assertThat(recorder.message(true))
        .isEqualTo("{\"role\":\"assistant\",\"content\":\"a\",\"x\":1}");
  }

  @Test
  void anEndlessAnswerIsCut() {
    String part = "x".repeat(100_000);
    for (int i = 0; i < 20; i++) {
      recorder.text(part);
    }
    assertThat(recorder.cut()).isTrue();
    assertThat(recorder.message(true).length()).isLessThan(1_100_000);
  }

  private void delta(String delta) {
    delta(recorder, delta);
  }

  private static void delta(AnswerRecorder recorder, String delta) {
    byte[] bytes = ("{\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}").getBytes(UTF_8);
    recorder.chunk(bytes, 0, bytes.length);
  }
}
