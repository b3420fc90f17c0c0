package dev.weft.gateway.routes;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.Json;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes an endpoint's request record of an HTTP request: the fields of the JSON body, the variables
 * of the path and the parameters of the query, each field from one place. Strict: unknown fields,
 * wrong types and missing values are refused with the field's name. Thread-safe.
 */
final class RecordBinder<Q> {
  private static final int MAX_DEPTH = 64;
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final Map<String, RecordComponent> fields = new LinkedHashMap<>();
  private final ObjectReader reader;

  RecordBinder(Class<Q> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
      fields.put(property == null ? component.getName() : property.value(), component);
    }
    reader = Json.mapper().readerFor(type);
  }

  /**
   * Binds a request.
   *
   * @param body JSON; empty for none
   * @param variables of the path, decoded
   * @param query as in the request line; null for none
   * @throws WeftException {@code gateway:request.invalid} naming the field
   */
  Q bind(byte[] body, Map<String, String> variables, @Nullable String query) {
    ObjectNode values = parse(body);
    variables.forEach((name, value) -> put(values, name, value, "path"));
    if (query != null && !query.isEmpty()) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        put(
            values,
            decode(equals < 0 ? pair : pair.substring(0, equals)),
            equals < 0 ? "" : decode(pair.substring(equals + 1)),
            "query");
      }
    }
    requireAll(values);
    try {
      return reader.readValue(values);
    } catch (UnrecognizedPropertyException e) {
      throw invalid("Unknown field '" + path(e) + "'.", path(e));
    } catch (MismatchedInputException e) {
      throw invalid("'" + path(e) + "' must be " + kind(e.getTargetType()) + ".", path(e));
    } catch (JsonMappingException e) {
      throw invalid("'" + path(e) + "' has a value that is not allowed.", path(e));
    } catch (IOException e) {
      throw invalid("The request could not be read.", null);
    }
  }

  private static ObjectNode parse(byte[] body) {
    if (body.length == 0) {
      return JsonNodeFactory.instance.objectNode();
    }
    try (JsonParser parser = FACTORY.createParser(body)) {
      if (Json.mapper().readTree(parser) instanceof ObjectNode object) {
        if (parser.nextToken() != null) {
          throw invalid("The request body has more after its JSON object.", null);
        }
        return object;
      }
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : " near byte " + e.getLocation().getByteOffset();
      throw invalid("The request body is not well-formed JSON (UTF-8)" + where + ".", null);
    } catch (IOException e) {
      throw invalid("The request body is not well-formed JSON (UTF-8).", null);
    }
    throw invalid("The request body must be a JSON object.", null);
  }

  private void put(ObjectNode values, String name, String value, String place) {
    RecordComponent field = fields.get(name);
    if (field == null) {
      throw invalid("Unknown " + place + " parameter '" + shortened(name) + "'.", shortened(name));
    }
    if (values.has(name)) {
      throw invalid(
          "'" + name + "' is given more than once: it belongs in the " + place + ".", name);
    }
    Class<?> type = field.getType();
    if (type == String.class) {
      values.put(name, value);
    } else if (type == Integer.class || type == int.class) {
      try {
        values.put(name, Integer.parseInt(value));
      } catch (NumberFormatException e) {
        throw invalid("'" + name + "' must be an integer.", name);
      }
    } else {
      throw invalid("'" + name + "' cannot be given in the " + place + ".", name);
    }
  }

  private void requireAll(ObjectNode values) {
    fields.forEach(
        (name, field) -> {
          JsonNode value = values.get(name);
          boolean missing = value == null || value.isNull();
          if (missing && !field.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            throw invalid("'" + name + "' is required.", name);
          }
        });
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid("The query is not well-formed.", null);
    }
  }

  private static String path(JsonMappingException e) {
    StringBuilder out = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() != null) {
        out.append(out.isEmpty() ? "" : ".").append(shortened(step.getFieldName()));
      } else {
        out.append('[').append(step.getIndex()).append(']');
      }
    }
    return out.toString();
  }

  private static String kind(@Nullable Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (type == String.class) {
      return "a string";
    }
    if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
      return "an integer";
    }
    if (Number.class.isAssignableFrom(type) || type == double.class) {
      return "a number";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    return Iterable.class.isAssignableFrom(type) ? "an array" : "an object";
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }

  private static WeftException invalid(String message, @Nullable String param) {
    WeftError error = WeftError.of("gateway:request", Reason.INVALID, message);
    return (param == null ? error : error.withDetail(WeftError.PARAM, param)).exception();
  }
}
