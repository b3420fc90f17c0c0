package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkScanTest {

  private static final String SAMPLE =
      "{\"id\":\"a\\u00e9\\n\\\"b\",\"n\":-1.5e+3,\"t\":[true,false,null,[],{}],"
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"天气é😀 \\\"error\\\":\"},"
          + "\"finish_reason\":null},{\"index\":1,\"delta\":{},\"finish_reason\":\"stop\"}],"
          + "\"usage\":null}";

  private final ChunkScan scan = new ChunkScan();

  @Test
  void aChunkIsReadForWhatMatters() {
    assertThat(scans(SAMPLE)).isTrue();
    assertThat(scan.hasChoices()).isTrue();
    assertThat(scan.choicesEmpty()).isFalse();
    assertThat(scan.choices()).isEqualTo(2);
    assertThat(scan.finished(0)).isFalse();
    assertThat(scan.finished(1)).isTrue();
    assertThat(scan.index(1)).isEqualTo(1);
    assertThat(scan.hasUsage()).isFalse();
    assertThat(scan.hasError()).isFalse();
  }

  @Test
  void usageAndErrorsCountAtTheTopOnly() {
    assertThat(scans("{\"choices\":[{\"usage\":{},\"error\":{}}],\"x\":{\"error\":1}}")).isTrue();
    assertThat(scan.hasUsage()).isFalse();
    assertThat(scan.hasError()).isFalse();
    String chunk = "{\"choices\" : [ ], \"usage\" : {\"prompt_tokens\":3}, \"error\":\"x\"}";
    assertThat(scans(chunk)).isTrue();
    assertThat(chunk.substring(scan.usageStart(), scan.usageEnd()))
        .isEqualTo("{\"prompt_tokens\":3}");
    assertThat(chunk.substring(scan.errorStart(), scan.errorEnd())).isEqualTo("\"x\"");
    assertThat(scan.choicesEmpty()).isTrue();
  }

  @Test
  void aFinishReasonInsideContentIsNone() {
    assertThat(
            scans(
                "{\"choices\":[{\"delta\":{\"finish_reason\":\"stop\"},\"finish_reason\":null}],"
                    + "\"other\":[{\"finish_reason\":\"stop\"}]}"))
        .isTrue();
    assertThat(scan.finished(0)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\"", "\"  \"", "\"null\"", "\"None\"", "false", "0", "{}"})
  void whatSaysNothingIsNoReason(String reason) {
    assertThat(scans("{\"choices\":[{\"finish_reason\":" + reason + "}]}")).isTrue();
    assertThat(scan.finished(0)).isFalse();
    assertThat(scan.hasError()).isFalse();
  }

  @Test
  void aChoiceWithoutAnIndexHasItsPlace() {
    String choices = "{\"finish_reason\":\"stop\",\"index\":7},{},{\"index\":-1},{\"index\":99999}";
    assertThat(scans("{\"choices\":[" + choices + "]}")).isTrue();
    assertThat(new int[] {scan.index(0), scan.index(1), scan.index(2), scan.index(3)})
        .containsExactly(7, 1, 2, 3);
  }

  @Test
  void choicesAreObjects() {
    for (String odd : new String[] {"[1]", "[null]", "[[]]", "{}", "\"x\"", "null", "[{},1]"}) {
      assertThat(scans("{\"choices\":" + odd + "}")).isTrue();
      assertThat(scan.hasChoices()).as(odd).isFalse();
    }
    assertThat(scans("{\"choices\":[" + "{},".repeat(5_000) + "{}]}")).isTrue();
    assertThat(scan.hasChoices()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"error\":\"x\"",
        "\"error\":{\"message\":\"x\"}",
        "\"error\":true",
        "\"error\":1,\"error\":null",
        "\"object\":\"error\"",
        "\"type\":\"error\"",
        "\"error_code\":50004",
        "\"error_code\":\"E7\"",
        "\"errors\":[\"x\"]",
        "\"choices\":[{\"error\":{\"message\":\"x\"}}]",
        "\"choices\":[{\"finish_reason\":\"error\"}]",
        "\"choices\":[{\"finish_reason\":\"network_error\"}]"
      })
  void aReportOfAFailureIsOne(String fields) {
    assertThat(scans("{\"id\":\"a\"," + fields + ",\"x\":1}")).isTrue();
    assertThat(scan.hasError()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"error\":null",
        "\"error\":\"\"",
        "\"error\":false",
        "\"error\":{}",
        "\"errors\":[ ]",
        "\"error_code\":0",
        "\"error_code\":\"0\"",
        "\"object\":\"chat.completion.chunk\"",
        "\"x\":{\"error\":\"x\"}"
      })
  void whatReportsNoFailureIsNone(String fields) {
    assertThat(scans("{" + fields + "}")).isTrue();
    assertThat(scan.hasError()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"x\"",
        "{",
        "{}x",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":-}",
        "{\"a\":+1}",
        "{\"a\":tru}",
        "{\"a\":nulL}",
        "{\"a\":NaN}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{a:1}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"b}",
        "{'a':1}",
        "{\"a\":f}",
        "{\"a\":falsy}",
        "{\"a\":\"\\u12",
        "<html>",
        "{\"a\":1}{}"
      })
  void whatIsNoObjectIsRefused(String text) {
    assertThat(scans(text)).isFalse();
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    int[][] bad = {
      {0xC3, 0x28},
      {0xFF},
      {0x80},
      {0xC0, 0x80},
      {0xE0, 0x80, 0x80},
      {0xED, 0xA0, 0x80},
      {0xF0, 0x80, 0x80, 0x80},
      {0xF4, 0x90, 0x80, 0x80},
      {0xF5, 0x80, 0x80, 0x80},
      {0xE2, 0x82},
      {0xE2, 0x82, 0x41}
    };
    for (int[] bytes : bad) {
      byte[] json = new byte[7 + bytes.length];
      System.arraycopy("{\"a\":\"".getBytes(UTF_8), 0, json, 0, 6);
      for (int i = 0; i < bytes.length; i++) {
        json[6 + i] = (byte) bytes[i];
      }
      byte[] whole = Arrays.copyOf(json, json.length + 1);
      whole[json.length - 1] = '"';
      whole[json.length] = '}';
      assertThat(scan.scan(whole, 0, whole.length)).as(Arrays.toString(bytes)).isFalse();
    }
  }

  @Test
  void deepNestingIsRefusedNotSurvivedByLuck() {
    assertThat(scans("{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}")).isTrue();
    assertThat(scans("{\"a\":" + "[".repeat(100_000))).isFalse();
    assertThat(scans("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}")).isFalse();
  }

  @Test
  void everyPrefixOfAnObjectIsRefused() {
    byte[] bytes = SAMPLE.getBytes(UTF_8);
    for (int end = 0; end < bytes.length; end++) {
      assertThat(scan.scan(bytes, 0, end)).as("first %d bytes", end).isFalse();
    }
  }

  @Test
  void itAgreesWithAParserOnDamagedInput() {
    ObjectMapper parser = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    byte[] bytes = SAMPLE.getBytes(UTF_8);
    Random random = new Random(42);
    byte[] alphabet = "{}[]\",:\\ 01-+.eEtfnu\n\u00e9x".getBytes(UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = bytes.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = alphabet[random.nextInt(alphabet.length)];
      }
      boolean parsed;
      try {
        // A text first: the parser's own reading of UTF-8 lets some invalid bytes through.
        String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(damaged)).toString();
        parsed = parser.readTree(text).isObject();
      } catch (IOException e) {
        parsed = false;
      }
      assertThat(scan.scan(damaged, 0, damaged.length))
          .as(new String(damaged, UTF_8))
          .isEqualTo(parsed);
    }
  }

  private boolean scans(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return scan.scan(bytes, 0, bytes.length);
  }
}
