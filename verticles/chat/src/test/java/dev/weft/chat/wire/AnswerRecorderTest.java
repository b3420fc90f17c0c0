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
  void aWholeAnswerKeepsItsMessage() {
    assertThat(recorder.isEmpty()).isTrue();
    recorder.body(
        "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\",\"x\":1}}]}"
            .getBytes(UTF_8));
    assertThat(recorder.isEmpty()).isFalse();
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
    byte[] bytes = ("{\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}").getBytes(UTF_8);
    recorder.chunk(bytes, 0, bytes.length);
  }
}
