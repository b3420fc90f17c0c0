package dev.weft.gateway.routes;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.json.Json;
import dev.weft.json.JsonFaults;
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
  private final Map<String, RecordComponent> fields = new LinkedHashMap<>();
  private final ObjectReader reader;

  RecordBinder(Class<Q> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
      fields.put(property == null ? component.getName() : property.value(), component);
    }
    reader = Json.strictReader(type);
  }

  /**
   * Binds a request.
   *
   * @param body JSON; empty for none
   * @param variables of the path, decoded
   * @param query as in the request line; null for none
   * @throws WeftException {@code json:invalid} naming the field of the body, {@code
   *     gateway:request.invalid} naming the parameter of the path or query
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
    } catch (IOException e) {
      throw JsonFaults.describe(e).exception();
    }
  }

  private static ObjectNode parse(byte[] body) {
    if (body.length == 0) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      if (Json.strictTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      throw JsonFaults.describe(e).exception();
    }
    throw JsonFaults.invalid("The body must be an object.", null).exception();
  }

  private void put(ObjectNode values, String name, String value, String place) {
    RecordComponent field = fields.get(name);
    if (field == null) {
      String shown = JsonFaults.shortened(name);
      throw invalid("Unknown " + place + " parameter '" + shown + "'.", shown);
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
            throw JsonFaults.invalid("'" + name + "' is required.", name).exception();
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

  private static WeftException invalid(String message, @Nullable String param) {
    WeftError error = WeftError.of("gateway:request", Reason.INVALID, message);
    return (param == null ? error : error.withDetail(WeftError.PARAM, param)).exception();
  }
}
