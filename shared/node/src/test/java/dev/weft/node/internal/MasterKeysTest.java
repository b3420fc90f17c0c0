package dev.weft.node.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.node.ExitCode;
import dev.weft.node.MasterKey;
import dev.weft.node.StartFailure;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeysTest {

  private static final String HEX =
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  private static final byte[] SECRET = "sk-provider".getBytes(StandardCharsets.UTF_8);

  private final MasterKey key = MasterKeys.parse(HEX, "test");

  @Test
  void onePurposeGivesOneKeyAndAnotherGivesAnother() {
    assertThat(key.derive("auth.api-keys")).hasSize(32).isEqualTo(key.derive("auth.api-keys"));
    assertThat(key.derive("auth.api-keys")).isNotEqualTo(key.derive("auth.tokens"));
  }

  @Test
  void hexAndBase64OfTheSameBytesAreTheSameKey() {
    MasterKey other = MasterKeys.parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "test");
    assertThat(other.derive("x")).isEqualTo(key.derive("x"));
  }

  @Test
  void whatWasSealedOpensAgainAndNeverLooksTheSame() throws GeneralSecurityException {
    byte[] sealed = key.seal("chat.provider", "openai", SECRET);
    assertThat(key.open("chat.provider", "openai", sealed)).isEqualTo(SECRET);
    assertThat(key.seal("chat.provider", "openai", SECRET)).isNotEqualTo(sealed);
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("provider");
  }

  @Test
  void anotherNamePurposeOrKeyDoesNotOpenIt() {
    byte[] sealed = key.seal("chat.provider", "openai", SECRET);
    MasterKey other = MasterKeys.parse(HEX.replace('0', '1'), "test");
    assertThatThrownBy(() -> key.open("chat.provider", "other", sealed))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> key.open("chat.other", "openai", sealed))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> other.open("chat.provider", "openai", sealed))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void aNameCannotBorrowFromThePurpose() {
    byte[] sealed = key.seal("a", "bc", SECRET);
    assertThatThrownBy(() -> key.open("ab", "c", sealed))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void everyChangedByteIsNoticed() {
    byte[] sealed = key.seal("p", "n", SECRET);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> key.open("p", "n", changed))
          .as("byte %d", i)
          .isInstanceOf(GeneralSecurityException.class);
    }
    assertThatThrownBy(() -> key.open("p", "n", new byte[3]))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "c2hvcnQ=", "0001", "!!!!"})
  void aWeakKeyIsRefusedWithoutBeingShown(String text) {
    assertThatThrownBy(() -> MasterKeys.parse(text, "WEFT_MASTER_KEY"))
        .isInstanceOfSatisfying(
            StartFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIG_INVALID))
        .hasMessageContaining("openssl rand -base64 32")
        .hasMessageNotContaining(text);
  }

  @Test
  void itsTextHoldsNoSecret() {
    assertThat(key).hasToString("MasterKey[***]");
  }
}
