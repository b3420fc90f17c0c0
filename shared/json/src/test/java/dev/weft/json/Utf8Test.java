package dev.weft.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.junit.jupiter.api.Test;

class Utf8Test {

  /** The JDK's strict decoder says what is right. */
  @Test
  void everyPairAndTripleOfBytesIsJudgedAsByTheJdk() {
    byte[] bytes = "0123456789abcdefgh".getBytes(UTF_8);
    for (int first = 0x80; first < 0x100; first++) {
      for (int second = 0; second < 0x100; second++) {
        for (int third : new int[] {0x20, 0x7f, 0x80, 0xa0, 0xbf, 0xc0, 0xff}) {
          bytes[7] = (byte) first;
          bytes[8] = (byte) second;
          bytes[9] = (byte) third;
          bytes[10] = (byte) 0x80;
          same(bytes);
          bytes[10] = 'a';
          same(bytes);
        }
      }
    }
  }

  @Test
  void aCharacterThatIsCutOffAtTheEndIsNone() {
    byte[] bytes = "abcdefg€".getBytes(UTF_8);

    assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
    assertThat(Utf8.isValid(bytes, 0, bytes.length - 1)).isFalse();
    assertThat(Utf8.isValid(bytes, 8, bytes.length)).isFalse();
    assertThat(Utf8.isValid(bytes, 3, 3)).isTrue();
  }

  private static void same(byte[] bytes) {
    boolean valid;
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      valid = true;
    } catch (CharacterCodingException e) {
      valid = false;
    }
    assertThat(Utf8.isValid(bytes, 0, bytes.length)).isEqualTo(valid);
  }
}
