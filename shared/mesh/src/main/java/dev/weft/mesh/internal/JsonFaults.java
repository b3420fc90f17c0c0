package dev.weft.mesh.internal;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says in plain words what is wrong with a JSON text, without quoting its values. */
public final class JsonFaults {

  /** The fault as an error for whoever sent the text. */
  public static WeftError describe(IOException fault) {
    if (fault instanceof JsonMappingException mapping) {
      String path = path(mapping);
      WeftError error = invalid(subject(path) + " " + what(mapping) + ".");
      return path.isEmpty() ? error : error.withDetail(WeftError.PARAM, path);
    }
    if (fault instanceof JsonEOFException) {
      return invalid("The JSON body ends too early.");
    }
    if (fault instanceof JsonProcessingException syntax) {
      String kind = fault instanceof JsonParseException ? "is not valid JSON" : "is too complex";
      return invalid("The body " + kind + at(syntax.getLocation()) + ".");
    }
    return invalid("The body cannot be read.");
  }

  /** The text {@code null} or no text at all where a message belongs. */
  public static WeftError nothing(Class<?> type) {
    return invalid("The body must be " + name(type) + ", not null.");
  }

  private static WeftError invalid(String message) {
    return WeftError.of("mesh:request", Reason.INVALID, message);
  }

  private static String what(JsonMappingException fault) {
    return switch (fault) {
      case UnrecognizedPropertyException unknown ->
          "is not a known field; known here: " + known(unknown);
      case InvalidNullException _ -> "is missing or null";
      case InvalidTypeIdException _ -> "is of no known type";
      case InvalidFormatException format -> "must be " + name(format.getTargetType());
      case ValueInstantiationException refused -> "is refused: " + reason(refused);
      case MismatchedInputException mismatch -> mismatch(mismatch);
      default -> "cannot be read";
    };
  }

  private static String mismatch(MismatchedInputException fault) {
    String message = fault.getOriginalMessage();
    if (message.startsWith("Missing required creator property")) {
      return "is missing";
    }
    if (message.startsWith("No content to map")) {
      return "must not be empty";
    }
    if (message.startsWith("Trailing token")) {
      return "has more after its end";
    }
    return "must be " + name(fault.getTargetType());
  }

  private static String known(UnrecognizedPropertyException fault) {
    Collection<Object> known = fault.getKnownPropertyIds();
    if (known == null || known.isEmpty()) {
      return "none";
    }
    return String.join(
        ", ", known.stream().map(String::valueOf).collect(Collectors.toCollection(TreeSet::new)));
  }

  private static String reason(ValueInstantiationException fault) {
    String message =
        fault.getCause() instanceof IllegalArgumentException own ? own.getMessage() : null;
    return message == null ? "a field is missing or has no valid value" : message;
  }

  private static String subject(String path) {
    return path.isEmpty() ? "The body" : "'" + path + "'";
  }

  private static String at(@Nullable JsonLocation where) {
    return where == null
        ? ""
        : " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")";
  }

  private static String path(JsonMappingException fault) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : fault.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static String name(@Nullable Class<?> type) {
    if (type == null) {
      return "something else";
    }
    if (type.isEnum()) {
      return Stream.of(type.getEnumConstants())
          .map(String::valueOf)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == String.class) {
      return "a text";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (List.of(int.class, long.class, Integer.class, Long.class).contains(type)) {
      return "an integer";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type == Instant.class) {
      return "a time such as 2026-01-31T12:00:00Z";
    }
    if (type == Duration.class) {
      return "a duration such as PT30S";
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "an array";
    }
    return Map.class.isAssignableFrom(type) || type.isRecord() ? "an object" : "something else";
  }

  private JsonFaults() {}
}
