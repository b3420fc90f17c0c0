package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.json.JsonLimits;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FieldsTest {

  @Test
  void aNameThatIsThereTwiceIsRefusedHoweverFarApart() {
    String between = names(1_000, "f");

    assertThatThrownBy(() -> Fields.ofObject(bytes("{\"a\":1," + between + ",\"a\":2}")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'a' is given more than once");
    assertThatThrownBy(() -> Fields.ofObject(bytes("{\"a\":1,\"\\u0061\":2}")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void moreFieldsThanAnyRequestHasAreRefused() throws IOException {
    assertThat(Fields.ofObject(bytes("{" + names(JsonLimits.MAX_FIELDS, "f") + "}")).list())
        .hasSize(JsonLimits.MAX_FIELDS);

    assertThatThrownBy(() -> Fields.ofObject(bytes("{" + names(100_000, "f") + "}")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than " + JsonLimits.MAX_FIELDS);
  }

  private static String names(int count, String prefix) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + prefix + i + "\":0")
        .collect(Collectors.joining(","));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
