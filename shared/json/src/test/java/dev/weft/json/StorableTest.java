package dev.weft.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.contracts.WeftError;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In the JSON below a tilde stands for a backslash, which the compiler would read. */
class StorableTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '`',
      value = {
        "{\"a\":\"~u0000\"}^ a",
        "{\"a\":\"x~ud800\"}^ a",
        "{\"a\":\"~uDC00x\"}^ a",
        "{\"a\":\"~udfff~ud800\"}^ a",
        "{\"a\":\"~ud800~ud800~udc00\"}^ a",
        "{\"a\":\"~ud800~~udc00\"}^ a",
        "{\"a\":\"~ud800~n\"}^ a",
        "{\"a\":\"~~~u0000\"}^ a",
        "{\"a\":[1,{\"b\":[[\"~ud83d~ude00\"],[\"~u0000\"]]}]}^ a[1].b[1][0]",
        "{\"a\":{\"~u0000\":1}}^ a",
        "[\"~ud800\"]^ [0]",
        "\"~ud800\"^",
      })
  void textThatCannotBeKeptIsRefusedWithItsPlace(String json, @Nullable String path) {
    IOException fault = catchThrowableOfType(IOException.class, () -> Json.strictTree(bytes(json)));

    assertThat(fault).isNotNull();
    WeftError error = JsonFaults.describe(fault);
    assertThat(error.code()).isEqualTo("json:invalid");
    assertThat(error.message()).contains("NUL").contains("surrogate");
    assertThat(error.details().get(WeftError.PARAM)).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"~ud83d~ude00 ~u00e9 ~u0001 ~ud7ff ~ue000 ~uffff\"}",
        "{\"a\":\"~~u0000 ~~ud800\"}",
        "{\"a\":\"~~~~u0000\"}",
        "{\"~ud83d~ude00\":\"u0000\"}",
        "{\"a\":\"~/~\"~b\"}",
      })
  void otherTextPasses(String json) {
    assertThatCode(() -> Json.strictTree(bytes(json))).doesNotThrowAnyException();
  }

  @Test
  void anEscapeIsFoundWhereverItLies() {
    for (int before = 0; before < 40; before++) {
      byte[] bad = bytes("\"" + "\u00e9".repeat(before % 3) + "x".repeat(before) + "~u0000\"");
      assertThat(catchThrowableOfType(IOException.class, () -> Json.requireText(bad))).isNotNull();
    }
  }

  @Test
  void malformedJsonWithSuchAnEscapeIsMalformed() {
    for (String json : new String[] {"~u0000", "{\"a\":~ud800}", "{\"a\":\"~u00", "\"~ud800"}) {
      assertThat(catchThrowableOfType(IOException.class, () -> Json.strictTree(bytes(json))))
          .isNotNull();
    }
  }

  @Test
  void textIsJudgedAndRepaired() {
    assertThat(Storable.isStorable("a\u0001\u00e9\ud83d\ude00")).isTrue();
    for (String bad :
        new String[] {"\0", "a\ud800", "\udc00a", "\ud800\ud800\udc00", "\ude00\ud83d"}) {
      assertThat(Storable.isStorable(bad)).isFalse();
      assertThat(Storable.isStorable(Storable.replaced(bad))).isTrue();
    }
    assertThat(Storable.replaced("a\0\ud83d\ude00\ud83d")).isEqualTo("a\ufffd\ud83d\ude00\ufffd");
  }

  private static byte[] bytes(String json) {
    return json.replace('~', '\\').getBytes(UTF_8);
  }
}
