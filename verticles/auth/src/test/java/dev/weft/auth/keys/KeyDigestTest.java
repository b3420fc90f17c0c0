package dev.weft.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.node.MasterKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class KeyDigestTest {
  private final ApiKey key = ApiKey.generate(ApiKey.Type.LIVE);
  private final KeyDigest digest = new KeyDigest(new FixedKey((byte) 1));

  @Test
  void theDigestIsAnHmacOfTheWholeKey() throws Exception {
    byte[] pepper = new byte[32];
    Arrays.fill(pepper, (byte) 1);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(pepper, "HmacSHA256"));

    assertThat(HexFormat.of().formatHex(digest.of(key)))
        .isEqualTo(
            HexFormat.of().formatHex(mac.doFinal(key.text().getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void onlyTheKeyItselfMatches() {
    byte[] stored = digest.of(key);

    assertThat(digest.matches(key, stored)).isTrue();
    assertThat(digest.matches(ApiKey.generate(ApiKey.Type.LIVE), stored)).isFalse();
    assertThat(digest.matches(key, null)).isFalse();
    assertThat(digest.matches(key, new byte[32])).isFalse();
  }

  @Test
  void anotherPepperMakesAnotherDigest() {
    assertThat(new KeyDigest(new FixedKey((byte) 2)).matches(key, digest.of(key))).isFalse();
  }

  /** Every byte of every derived key is the same. */
  private record FixedKey(byte value) implements MasterKey {
    @Override
    public byte[] derive(String purpose) {
      assertThat(purpose).isEqualTo("auth.api-keys");
      byte[] derived = new byte[32];
      Arrays.fill(derived, value);
      return derived;
    }

    @Override
    public byte[] seal(String purpose, String name, byte[] plaintext) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] open(String purpose, String name, byte[] sealed) {
      throw new UnsupportedOperationException();
    }
  }
}
