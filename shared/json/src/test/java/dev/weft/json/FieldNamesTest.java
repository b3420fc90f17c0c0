package dev.weft.json;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FieldNamesTest {

  @Test
  void aNameThatIsThereTwiceIsRefusedHoweverFarApart() throws MalformedJson {
    FieldNames names = new FieldNames();
    for (int i = 0; i < 1_000; i++) {
      names.add("f" + i);
    }

    assertThatThrownBy(() -> names.add("f0"))
        .isInstanceOf(MalformedJson.class)
        .hasMessageContaining("'f0' is given more than once");
  }
}
