package dev.weft.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

  /** A fixed key: the form is a promise to secret scanners and must not drift. */
  private static final String KNOWN = "weft_live_00000000abcdefghijklmnopqrstuvwxyzABCDEF0tP4pm";

  @ParameterizedTest
  @EnumSource
  void aNewKeyHasThePublishedFormAndReadsBack(ApiKey.Type type) {
    ApiKey key = ApiKey.generate(type);

    assertThat(key.text()).matches(ApiKey.REGEX).startsWith("weft_" + type.word() + "_");
    ApiKey read = ApiKey.parse(key.text());
    assertThat(read.type()).isEqualTo(type);
    assertThat(read.id()).isEqualTo(key.id()).hasSize(8);
    assertThat(key.text()).startsWith("weft_" + type.word() + "_" + key.id());
  }

  @Test
  void aKeyOfAnEarlierVersionStillReads() {
    assertThat(ApiKey.parse(KNOWN).id()).isEqualTo("00000000");
  }

  @Test
  void everyTypoOfASingleCharacterIsFoundOffline() {
    String key = ApiKey.generate(ApiKey.Type.LIVE).text();
    int tried = 0;
    for (int i = 0; i < key.length(); i++) {
      for (char c : ALPHABET.toCharArray()) {
        if (c != key.charAt(i)) {
          assertRefused(key.substring(0, i) + c + key.substring(i + 1));
          tried++;
        }
      }
    }
    assertThat(tried).isEqualTo(key.length() * (ALPHABET.length() - 1));
  }

  @Test
  void swappedNeighboursAreFoundOffline() {
    String key = ApiKey.generate(ApiKey.Type.LIVE).text();
    for (int i = 0; i + 1 < key.length(); i++) {
      if (key.charAt(i) != key.charAt(i + 1)) {
        assertRefused(
            key.substring(0, i) + key.charAt(i + 1) + key.charAt(i) + key.substring(i + 2));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "weft_live_",
        "sk-proj-abcdefghijklmnopqrstuvwxyz",
        "WEFT_LIVE_00000000abcdefghijklmnopqrstuvwxyzABCDEF0tP4pm",
        "weft_prod_00000000abcdefghijklmnopqrstuvwxyzABCDEF0tP4pm",
        " weft_live_00000000abcdefghijklmnopqrstuvwxyzABCDEF0tP4pm",
        "weft_live_00000000abcdefghijklmnopqrstuvwxyzABCDEF0tP4pm\n",
        "weft_live_00000000abcdefghijklmnopqrstuvwxyzABCDEF0tP4pm7",
        "weft_live_00000000abcdefghijklmnopqrstuvwxyzABCDEF1TF0N",
      })
  void whatIsNoKeyIsRefused(String text) {
    assertRefused(text);
  }

  @Test
  void theKeyIsInNoTextMadeForPeople() {
    ApiKey key = ApiKey.generate(ApiKey.Type.TEST);

    assertThat(key.toString()).doesNotContain(key.text());
    assertThat(key.hint()).hasSizeLessThan(30);
    assertThatThrownBy(() -> ApiKey.parse(key.text() + "x"))
        .message()
        .doesNotContain(key.text().substring(18));
  }

  @Test
  void keysDoNotRepeat() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      assertThat(ids.add(ApiKey.generate(ApiKey.Type.LIVE).id())).isTrue();
    }
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> ApiKey.parse(text))
        .isInstanceOfSatisfying(
            WeftException.class,
            e -> {
              assertThat(e.error().code()).isEqualTo("auth:key.unauthenticated");
              assertThat(e.error().reason()).isEqualTo(Reason.UNAUTHENTICATED);
            });
  }
}
