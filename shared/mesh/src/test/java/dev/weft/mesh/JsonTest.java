package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  record Order(
      String name,
      int size,
      @Nullable Mode mode,
      List<Message> messages,
      @Nullable Instant at,
      @Nullable Duration timeout) {
    Order {
      messages = messages == null ? List.of() : List.copyOf(messages);
      if (size < 0) {
        throw new IllegalArgumentException("size must not be negative");
      }
    }
  }

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
    Buffer json = Json.encode(order);
    assertThat(json.toString())
        .isEqualTo(
            "{\"name\":\"n\",\"size\":3,\"mode\":\"SLOW\",\"messages\":[{\"role\":\"user\"}],"
                + "\"at\":\"2026-01-31T12:00:00Z\",\"timeout\":\"PT1M30S\"}");
    assertThat(Json.decode(json, Order.class)).isEqualTo(order);
  }

  @Test
  void rawBytesAreSharedAndUntouched() {
    Raw raw = Raw.of("{ not json");
    assertThat(Json.decode(Json.encode(raw), Raw.class).bytes()).isSameAs(raw.bytes());
    Buffer part = Buffer.buffer("0123456789").slice(3, 6);
    assertThat(Json.decode(part, Raw.class).text()).isEqualTo("345");
  }

  @Test
  void anErrorComesBackAsItWas() {
    WeftError error =
        WeftError.of("chat:model", Reason.NOT_FOUND, "none").withOutcome(Outcome.EXECUTED);
    assertThat(Json.decode(Json.encode(error), WeftError.class)).isEqualTo(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      quoteCharacter = '~',
      value = {
        "{\"size\":1}^ name^ 'name' is missing.",
        "{\"name\":\"n\"}^ size^ 'size' is missing.",
        "{\"name\":null}^ name^ 'name' is missing or null.",
        "{\"name\":5}^ name^ 'name' must be a text.",
        "{\"name\":\"n\",\"size\":\"5\"}^ size^ 'size' must be an integer.",
        "{\"name\":\"n\",\"size\":1.5}^ size^ 'size' must be an integer.",
        "{\"name\":\"n\",\"size\":-1}^ ^ The body is refused: size must not be negative.",
        "{\"name\":\"n\",\"size\":1,\"mode\":\"X\"}^ mode^ 'mode' must be one of FAST, SLOW.",
        "{\"name\":\"n\",\"size\":1,\"messages\":{}}^ messages^ 'messages' must be an array.",
        "{\"name\":\"n\",\"size\":1,\"messages\":[{\"role\":{}}]}^  messages[0].role^ "
            + " 'messages[0].role' must be a text.",
        "{\"name\":\"n\",\"size\":1,\"at\":\"soon\"}^ at^ 'at' must be a time such as"
            + " 2026-01-31T12:00:00Z.",
        "{\"name\":\"n\",\"size\":1,\"nmae\":1}^ nmae^ 'nmae' is not a known field;"
            + " known here: at, messages, mode, name, size, timeout.",
        "[]^ ^ The body must be an object.",
        "null^ ^ The body must be an object, not null.",
        "~~^ ^ The body must not be empty.",
        "{\"name\":^ ^ The JSON body ends too early.",
        "{\"name\":secret}^ ^ The body is not valid JSON (line 1,",
        "{\"name\":\"n\",\"size\":1} x^ ^ The body is not valid JSON (line 1,",
        "{\"name\":\"n\",\"size\":1} {}^ ^ The body has more after its end.",
      })
  void aFaultIsNamedWithItsPlace(String json, @Nullable String path, String message) {
    String text = json == null ? "" : json;
    WeftException refused =
        catchThrowableOfType(
            WeftException.class, () -> Json.decode(Buffer.buffer(text), Order.class));
    assertThat(refused.error().code()).isEqualTo("mesh:request.invalid");
    assertThat(refused.error().message()).startsWith(message);
    assertThat(refused.error().details().get(WeftError.PARAM)).isEqualTo(path);
  }
}
