package dev.weft.gateway.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
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
  /** Deepest nesting of a body. */
  static final int MAX_DEPTH = 64;

  private static final int MAX_MODEL_LENGTH = 256;

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          // The bytes go on as they are, so they must be the UTF-8 that services expect.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(4_096)
                  .build())
          .build();

  /**
   * Reads a body.
   *
   * @throws WeftException {@code gateway:request.invalid} when it is no JSON object, nested too
   *     deeply, or the two fields are not of their types
   */
  static CompletionPeek of(byte[] body) {
    try (JsonParser parser = FACTORY.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("The request body must be a JSON object.", null);
      }
      String model = null;
      boolean stream = false;
      boolean streamSeen = false;
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        switch (name) {
          case "model" -> {
            if (model != null) {
              throw repeated(name);
            }
            model = model(parser, value);
          }
          case "stream" -> {
            if (streamSeen) {
              throw repeated(name);
            }
            streamSeen = true;
            stream = stream(value);
          }
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw invalid("The request body has more after its JSON object.", null);
      }
      return new CompletionPeek(model, stream);
    } catch (StreamConstraintsException e) {
      throw invalid(
          "The request body is nested deeper than "
              + MAX_DEPTH
              + " levels or has a number or name"
              + " that is too long.",
          null);
    } catch (IOException e) {
      throw malformed(e);
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

  private static WeftException repeated(String name) {
    return invalid("'" + name + "' is given more than once.", name);
  }

  private static WeftException malformed(IOException cause) {
    String where = "";
    if (cause instanceof com.fasterxml.jackson.core.JsonProcessingException json
        && json.getLocation() != null) {
      JsonLocation location = json.getLocation();
      where = " near byte " + location.getByteOffset();
    }
    return invalid("The request body is not well-formed JSON (UTF-8)" + where + ".", null);
  }

  private static WeftException invalid(String message, @Nullable String param) {
    WeftError error = WeftError.of("gateway:request", Reason.INVALID, message);
    return (param == null ? error : error.withDetail(WeftError.PARAM, param)).exception();
  }
}
