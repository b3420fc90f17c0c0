package dev.weft.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {

  record Message(String role, @Nullable String content) {}

  enum Mode {
    FAST,
    SLOW
  }

  enum State {
    READY,
    @JsonEnumDefaultValue
    OTHER
  }

  record Order(
      String name,
      int size,
      @Nullable Mode mode,
      List<Message> messages,
      @Nullable Instant at,
      @Nullable Duration timeout) {
    Order {
      messages = List.copyOf(messages);
      if (size < 0) {
        throw new IllegalArgumentException("size must not be negative");
      }
    }
  }

  record Grown(
      String name,
      List<String> list,
      Set<State> set,
      Map<String, Integer> map,
      Optional<String> maybe,
      @Nullable List<String> noList,
      @Nullable Integer number,
      State state) {}

  @Test
  void aRecordComesBackAsItWas() {
    Order order =
        new Order(
            "n",
            3,
            Mode.SLOW,
            List.of(new Message("user", null)),
            Instant.parse("2026-01-31T12:00:00Z"),
            Duration.ofSeconds(90));
    byte[] json = Json.encodeBytes(order);
    assertThat(new String(json, UTF_8))
        .isEqualTo(
            "{\"name\":\"n\",\"size\":3,\"mode\":\"SLOW\",\"messages\":[{\"role\":\"user\"}],"
                + "\"at\":\"2026-01-31T12:00:00Z\",\"timeout\":\"PT1M30S\"}");
    assertThat(Json.decode(json, Order.class)).isEqualTo(order);
  }

  @Test
  void rawBytesAreSharedAndUntouched() {
    Raw raw = Raw.of("{ not json");
    assertThat(Json.decode(Json.encodeBytes(raw), Raw.class).bytes()).isSameAs(raw.bytes());
  }

  @Test
  void anErrorComesBackAsItWas() {
    WeftError error =
        WeftError.of("chat:model", Reason.NOT_FOUND, "none").withOutcome(Outcome.EXECUTED);
    assertThat(Json.decode(Json.encodeBytes(error), WeftError.class)).isEqualTo(error);
  }

  @Test
  void whatALaterVersionAddsIsIgnoredAndWhatAnEarlierOneLacksIsNullOrEmpty() {
    Grown read =
        Json.decode(
            bytes("{\"name\":\"n\",\"state\":\"NEW\",\"later\":{\"a\":[1,{\"b\":null}]}}"),
            Grown.class);

    assertThat(read)
        .isEqualTo(
            new Grown(
                "n", List.of(), Set.of(), Map.of(), Optional.empty(), null, null, State.OTHER));
    assertThat(
            Json.decode(
                bytes(
                    "{\"name\":\"n\",\"state\":\"READY\",\"list\":null,\"set\":[\"NEW\"],"
                        + "\"map\":null,\"maybe\":null}"),
                Grown.class))
        .isEqualTo(
            new Grown(
                "n",
                List.of(),
                Set.of(State.OTHER),
                Map.of(),
                Optional.empty(),
                null,
                null,
                State.READY));
  }

  @Test
  void whatAClientSendsIsReadStrictly() {
    assertThat(strictFault("{\"name\":\"n\",\"size\":1,\"nmae\":1}"))
        .isEqualTo("Unknown field 'nmae'; known here: at, messages, mode, name, size, timeout.");
    assertThat(strictFault("{\"name\":\"n\",\"size\":1,\"messages\":[{\"role\":\"u\",\"x\":1}]}"))
        .isEqualTo("Unknown field 'messages[0].x'; known here: content, role.");
    assertThat(strictFault("{\"name\":\"n\",\"size\":1,\"size\":2}"))
        .isEqualTo("'size' is given more than once.");
    assertThat(strictFault("{\"name\":\"n\",\"messages\":[{\"role\":\"u\",\"role\":\"v\"}]}"))
        .isEqualTo("'role' is given more than once.");
    assertThat(strictFault("{\"name\":\"n\",\"size\":1} {}"))
        .isEqualTo("The body has more after its end.");
    assertThat(strictFault("[".repeat(65) + "]".repeat(65)))
        .isEqualTo("The body is nested deeper than 64 levels.");
    assertThat(strictFault("{\"" + "n".repeat(5_000) + "\":1}"))
        .isEqualTo("The body has a field name of more than 4096 characters.");
    assertThat(strictFault("{\"n\":" + "1".repeat(1_001) + "}"))
        .isEqualTo("The body has a number of more than 1000 digits.");
    assertThat(strictFault("[" + "0,".repeat(JsonLimits.MAX_TOKENS) + "0]"))
        .isEqualTo("The body has more than 1000000 names and values.");
    assertThat(strictFault(fields(JsonLimits.MAX_FIELDS + 1)))
        .isEqualTo("An object has more than 4096 fields.");
  }

  @Test
  void aConstantThatIsNotKnownIsRefusedOfAClient() {
    IOException fault =
        catchThrowableOfType(
            IOException.class,
            () ->
                Json.strictReader(Grown.class)
                    .readValue(Json.strictTree(bytes("{\"name\":\"n\",\"state\":\"NEW\"}"))));

    assertThat(JsonFaults.describe(fault).message())
        .isEqualTo("'state' must be one of READY, OTHER.");
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedOfAClient() {
    for (byte[] bad :
        List.of(
            new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'}, // an overlong slash
            new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}, // half a pair
            new byte[] {'"', (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"'},
            new byte[] {'"', (byte) 0xe9, '"'},
            "\"x\"".getBytes(java.nio.charset.StandardCharsets.UTF_16BE))) {
      IOException fault = catchThrowableOfType(IOException.class, () -> Json.strictTree(bad));
      assertThat(JsonFaults.describe(fault).code()).isEqualTo("json:invalid");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '~',
      value = {
        "{\"size\":1}^ name^ 'name' is required.",
        "{\"name\":\"n\"}^ size^ 'size' is required.",
        "{\"name\":null}^ name^ 'name' is required and must not be null.",
        "{\"name\":5}^ name^ 'name' must be a string.",
        "{\"name\":\"n\",\"size\":\"5\"}^ size^ 'size' must be an integer.",
        "{\"name\":\"n\",\"size\":1.5}^ size^ 'size' must be an integer.",
        "{\"name\":\"n\",\"size\":-1}^ ^ The body is refused: size must not be negative.",
        "{\"name\":\"n\",\"size\":1,\"mode\":\"X\"}^ mode^ 'mode' must be one of FAST, SLOW.",
        "{\"name\":\"n\",\"size\":1,\"messages\":{}}^ messages^ 'messages' must be an array.",
        "{\"name\":\"n\",\"size\":1,\"messages\":[{\"role\":{}}]}^  messages[0].role^ "
            + " 'messages[0].role' must be a string.",
        "{\"name\":\"n\",\"size\":1,\"at\":\"soon\"}^ at^ 'at' must be a time such as"
            + " 2026-01-31T12:00:00Z.",
        "[]^ ^ The body must be an object.",
        "null^ ^ The body must be an object, not null.",
        "~~^ ^ The body must not be empty.",
        "{\"name\":^ ^ The JSON body ends too early.",
        "{\"name\":secret}^ ^ The body is not well-formed JSON (line 1,",
        "{\"name\":\"n\",\"size\":1} x^ ^ The body is not well-formed JSON (line 1,",
        "{\"name\":\"n\",\"size\":1} {}^ ^ The body has more after its end.",
      })
  void aFaultIsNamedWithItsPlace(String json, @Nullable String path, String message) {
    WeftException refused =
        catchThrowableOfType(
            WeftException.class, () -> Json.decode(bytes(json == null ? "" : json), Order.class));
    assertThat(refused.error().code()).isEqualTo("json:invalid");
    assertThat(refused.error().message()).startsWith(message);
    assertThat(refused.error().details().get(WeftError.PARAM)).isEqualTo(path);
  }

  private static String strictFault(String json) {
    IOException fault =
        catchThrowableOfType(
            IOException.class,
            () -> Json.strictReader(Order.class).readValue(Json.strictTree(bytes(json))));
    WeftError error = JsonFaults.describe(fault);
    assertThat(error.code()).isEqualTo("json:invalid");
    return error.message();
  }

  private static String fields(int count) {
    StringBuilder out = new StringBuilder("{\"f\":0");
    for (int i = 1; i < count; i++) {
      out.append(",\"f").append(i).append("\":0");
    }
    return out.append('}').toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
