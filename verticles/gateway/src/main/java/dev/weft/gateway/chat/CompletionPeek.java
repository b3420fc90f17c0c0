package dev.weft.gateway.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weft.contracts.WeftException;
import dev.weft.json.FieldNames;
import dev.weft.json.Json;
import dev.weft.json.JsonFaults;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway needs to know of a completion request, read in one pass over its bytes that also
 * shows the whole body to be well-formed. Nothing is kept but two fields; strings that are not
 * looked at are skipped, not decoded.
 *
 * @param model the model asked for; null when the body names none
 * @param stream whether an event stream was asked for
 */
record CompletionPeek(@Nullable String model, boolean stream) {
  private static final int MAX_MODEL_LENGTH = 256;

  /**
   * Reads a body.
   *
   * @throws WeftException {@code json:invalid} when it is no JSON object within the limits, names a
   *     field twice, or the two fields are not of their types
   */
  static CompletionPeek of(byte[] body) {
    try (JsonParser parser = Json.parser(body, 0, body.length)) {
      Json.requireText(body);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("The body must be an object.", null);
      }
      String model = null;
      boolean stream = false;
      FieldNames names = new FieldNames();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        names.add(name);
        JsonToken value = parser.nextToken();
        switch (name) {
          case "model" -> model = model(parser, value);
          case "stream" -> stream = stream(value);
          default -> parser.skipChildren();
        }
      }
      Json.requireEnd(parser);
      return new CompletionPeek(model, stream);
    } catch (IOException e) {
      throw JsonFaults.describe(e).exception();
    }
  }

  private static @Nullable String model(JsonParser parser, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return null;
    }
    if (value != JsonToken.VALUE_STRING) {
      throw invalid("'model' must be a string.", "model");
    }
    String model = parser.getText();
    if (model.length() > MAX_MODEL_LENGTH) {
      throw invalid("'model' is longer than " + MAX_MODEL_LENGTH + " characters.", "model");
    }
    return model;
  }

  private static boolean stream(JsonToken value) {
    return switch (value) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      default -> throw invalid("'stream' must be true or false.", "stream");
    };
  }

  private static WeftException invalid(String message, @Nullable String param) {
    return JsonFaults.invalid(message, param).exception();
  }
}
