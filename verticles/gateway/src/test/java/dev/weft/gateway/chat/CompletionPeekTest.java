package dev.weft.gateway.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.json.JsonLimits;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionPeekTest {

  @Test
  void theTwoFieldsAreFoundWhereverTheyStand() {
    CompletionPeek peek =
        peek(
            """
            {"messages":[{"role":"user","content":"{\\"model\\":1}","model":7,"stream":9}],
             "stream":true,"metadata":{"model":[]},"model":"a/b"}\
            """);

    assertThat(peek).isEqualTo(new CompletionPeek("a/b", true));
  }

  @Test
  void absentAndNullFieldsAreTheDefaults() {
    assertThat(peek("{}")).isEqualTo(new CompletionPeek(null, false));
    assertThat(peek("{\"model\":null,\"stream\":null}")).isEqualTo(new CompletionPeek(null, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":1}|model",
        "{\"model\":{}}|model",
        "{\"model\":[\"x\"]}|model",
        "{\"model\":true}|model",
        "{\"model\":\"a\",\"model\":\"b\"}|model",
        "{\"stream\":\"true\"}|stream",
        "{\"stream\":1}|stream",
        "{\"stream\":{}}|stream",
        "{\"stream\":false,\"stream\":true}|stream",
      })
  void aWrongTypeIsRefusedByName(String body, String param) {
    WeftError error = refusal(body);

    assertThat(error.code()).isEqualTo("json:invalid");
    assertThat(error.details()).containsEntry(WeftError.PARAM, param);
    assertThat(error.message()).contains("'" + param + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "1",
        "null",
        "\"x\"",
        "{",
        "{]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1} x",
        "{} {}",
        "{\"a\":\"\u0001\"}",
        "{\"a\":tru}",
        "{\"a\":01}",
        "{\"a\":\"unfinished",
        "{\"a\":[1,2}",
        "{\"a\":NaN}",
        "// x\n{}",
      })
  void whatIsNoJsonObjectIsRefused(String body) {
    assertThat(refusal(body).code()).isEqualTo("json:invalid");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] latin1 = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = "{\"model\":\"m\"}".getBytes(StandardCharsets.UTF_16LE);

    assertThat(refusal(latin1).code()).isEqualTo("json:invalid");
    assertThat(refusal(utf16).code()).isEqualTo("json:invalid");
    // An overlong slash, and half a surrogate pair: parsers let them pass.
    assertThat(refusal(around(0xc0, 0xaf)).code()).isEqualTo("json:invalid");
    assertThat(refusal(around(0xed, 0xa0, 0x80)).code()).isEqualTo("json:invalid");
  }

  @Test
  void nestingUpToTheLimitPassesAndBeyondItIsRefused() {
    assertThat(peek(nested(JsonLimits.MAX_DEPTH - 1)).model()).isEqualTo("m");

    assertThat(refusal(nested(JsonLimits.MAX_DEPTH)).message()).contains("64 levels");
    assertThat(refusal(nested(100_000)).message()).contains("64 levels");
  }

  @Test
  void aLongStringIsNoHindrance() {
    String image = "A".repeat(3_000_000);

    assertThat(peek("{\"image\":\"" + image + "\",\"model\":\"m\"}").model()).isEqualTo("m");
  }

  @Test
  void aFieldThatIsThereTwiceIsRefusedAtTheDoor() {
    WeftError error = refusal("{\"n\":1,\"model\":\"m\",\"\\u006e\":2}");

    assertThat(error.code()).isEqualTo("json:invalid");
    assertThat(error.details()).containsEntry(WeftError.PARAM, "n");
  }

  private static byte[] around(int... content) {
    byte[] text = "{\"a\":\"    \"}".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < content.length; i++) {
      text[6 + i] = (byte) content[i];
    }
    return text;
  }

  private static String nested(int depth) {
    return "{\"model\":\"m\",\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
  }

  private static CompletionPeek peek(String body) {
    return CompletionPeek.of(body.getBytes(StandardCharsets.UTF_8));
  }

  private static WeftError refusal(String body) {
    return refusal(body.getBytes(StandardCharsets.UTF_8));
  }

  private static WeftError refusal(byte[] body) {
    return catchThrowableOfType(WeftException.class, () -> CompletionPeek.of(body)).error();
  }
}
