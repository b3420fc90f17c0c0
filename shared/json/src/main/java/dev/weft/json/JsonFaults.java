package dev.weft.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says in plain words what is wrong with a JSON text, without quoting its values. One fault has one
 * code, {@code json:invalid}, whoever reads it: the door, a service or another node.
 */
public final class JsonFaults {
  private static final int MAX_SHOWN_CHARACTERS = 100;
  private static final int MAX_PATH_CHARACTERS = 300;

  /** The number in {@code … exceeds the maximum allowed (64, from …)}. */
  private static final Pattern ALLOWED = Pattern.compile("allowed \\((\\d{1,10})");

  /** The fault as an error for whoever sent the text. */
  public static WeftError describe(IOException fault) {
    return switch (fault) {
      case JsonMappingException mapping -> {
        String path = path(mapping);
        yield invalid(
            mapping instanceof UnrecognizedPropertyException unknown
                ? "Unknown field '" + path + "'; known here: " + known(unknown) + "."
                : subject(path) + " " + what(mapping) + ".",
            path);
      }
      case MalformedJson own -> invalid(own.getOriginalMessage(), own.param());
      case StreamConstraintsException limit -> invalid("The body " + beyond(limit) + ".", null);
      case JsonEOFException _ -> invalid("The JSON body ends too early.", null);
      case JsonProcessingException syntax ->
          invalid("The body is not well-formed JSON" + at(syntax.getLocation()) + ".", null);
      default -> invalid("The body is not well-formed JSON in UTF-8.", null);
    };
  }

  /**
   * The error for JSON that is not what it should be.
   *
   * @param param the field at fault; null or empty for the whole document
   */
  public static WeftError invalid(String message, @Nullable String param) {
    WeftError error = WeftError.of("json", Reason.INVALID, message);
    return param == null || param.isEmpty() ? error : error.withDetail(WeftError.PARAM, param);
  }

  /** A name from outside as a message may show it. */
  public static String shortened(String name) {
    return name.length() <= MAX_SHOWN_CHARACTERS
        ? name
        : name.substring(0, MAX_SHOWN_CHARACTERS) + "…";
  }

  private static String beyond(StreamConstraintsException limit) {
    String message = limit.getOriginalMessage();
    Matcher number = ALLOWED.matcher(message);
    String most = number.find() ? number.group(1) : "the allowed";
    if (message.startsWith("Document nesting depth")) {
      return "is nested deeper than " + most + " levels";
    }
    if (message.startsWith("Token count")) {
      return "has more than " + most + " names and values";
    }
    if (message.startsWith("Name length")) {
      return "has a field name of more than " + most + " characters";
    }
    if (message.startsWith("Number value length")) {
      return "has a number of more than " + most + " digits";
    }
    return "is too complex";
  }

  /** The text {@code null} or no text at all where a message belongs. */
  public static WeftError nothing(Class<?> type) {
    return invalid("The body must be " + name(type) + ", not null.", null);
  }

  private static String what(JsonMappingException fault) {
    return switch (fault) {
      case InvalidNullException _ -> "is required and must not be null";
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
      return "is required";
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

  /** Where the fault is: {@code messages[0].content}; empty for the whole. */
  public static String path(JsonMappingException fault) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : fault.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(shortened(step.getFieldName()));
      }
      if (path.length() > MAX_PATH_CHARACTERS) {
        return path.append('…').toString();
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
      return "a string";
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
