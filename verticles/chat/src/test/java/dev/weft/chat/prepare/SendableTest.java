package dev.weft.chat.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SendableTest {

  private static final String USER = "{\"role\":\"user\",\"content\":\"q\"}";
  private static final String SAID = "{\"role\":\"assistant\",\"content\":\"a\"}";

  @Test
  void whatIsInOrderStaysAsItIs() {
    List<String> good = List.of(USER, calls("", "a", "b"), result("b"), result("a"), SAID);
    assertThat(sent(good, USER)).isEqualTo(good);
    List<String> open = List.of(USER, calls("", "a", "b"));
    assertThat(sent(open, result("a"), result("b"))).isEqualTo(open);
  }

  @Test
  void callsWithoutAResultAreNotSent() {
    assertThat(sent(List.of(USER, calls("", "a")), USER)).containsExactly(USER);
    assertThat(sent(List.of(USER, calls("text", "a")), USER))
        .containsExactly(USER, "{\"role\":\"assistant\",\"content\":\"text\"}");
    assertThat(sent(List.of(USER, calls("", "a", "b"), result("b"), USER, result("a"), SAID), USER))
        .containsExactly(USER, calls("", "b"), result("b"), USER, SAID);
    assertThat(sent(List.of(USER, calls("", "a", "b")), result("a")))
        .containsExactly(USER, calls("", "a"));
  }

  @Test
  void anAnswerOfNothingIsNotSent() {
    for (String content : new String[] {"null", "\"\"", "[]"}) {
      String nothing = "{\"role\":\"assistant\",\"content\":" + content + "}";
      assertThat(sent(List.of(USER, nothing, USER), USER)).containsExactly(USER, USER);
    }
    assertThat(sent(List.of(USER, "{\"role\":\"assistant\",\"tool_calls\":[]}"), USER))
        .containsExactly(USER);
    assertThat(sent(List.of("{\"role\":\"assistant\",\"content\":null,\"refusal\":\"no\"}"), USER))
        .containsExactly("{\"role\":\"assistant\",\"content\":\"no\",\"refusal\":\"no\"}");
  }

  private static List<String> sent(List<String> history, String... next) {
    return Sendable.of(history, Message.list(("[" + String.join(",", next) + "]").getBytes(UTF_8)));
  }

  private static String calls(String content, String... ids) {
    StringBuilder out = new StringBuilder("{\"role\":\"assistant\",\"content\":");
    out.append(content.isEmpty() ? "null" : "\"" + content + "\"").append(",\"tool_calls\":[");
    for (String id : ids) {
      out.append(out.charAt(out.length() - 1) == '[' ? "" : ",")
          .append("{\"id\":\"")
          .append(id)
          .append("\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}");
    }
    return out.append("]}").toString();
  }

  private static String result(String id) {
    return "{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":\"1\"}";
  }
}
