package dev.weft.all.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.Raw;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON as a record would have it, with something in every field. */
final class Samples {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Whether JSON of it is its own affair. */
  static boolean isOpaque(Class<?> type) {
    return type == Raw.class || type.isAnnotationPresent(JsonDeserialize.class);
  }

  /** The name of a field on the bus. */
  static String name(RecordComponent component) {
    JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
    return property == null ? component.getName() : property.value();
  }

  /** Whether a message may lack the field. */
  static boolean isOptional(RecordComponent component) {
    Class<?> type = component.getType();
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        || Collection.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || type == Optional.class;
  }

  /**
   * A record's object.
   *
   * @param grown whether each object of a record has a field that no version knows
   */
  static ObjectNode of(Class<?> type, boolean grown) {
    ObjectNode object = NODES.objectNode();
    if (grown) {
      object.putObject("x_later").putArray("more").add(1).addNull();
    }
    for (RecordComponent component : type.getRecordComponents()) {
      String name = name(component);
      object.set(
          name,
          type.getSimpleName().equals("WeftError") && name.equals("code")
              ? NODES.textNode("test:thing.invalid")
              : value(component.getGenericType(), grown));
    }
    return object;
  }

  private static JsonNode value(Type type, boolean grown) {
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      Type[] of = generic.getActualTypeArguments();
      if (Collection.class.isAssignableFrom(raw)) {
        return NODES.arrayNode().add(value(of[0], grown));
      }
      if (Map.class.isAssignableFrom(raw)) {
        return NODES.objectNode().set("key", value(of[1], grown));
      }
      return value(of[0], grown);
    }
    Class<?> known = (Class<?>) type;
    if (known.isArray()) {
      ArrayNode array = NODES.arrayNode();
      return known == byte[].class
          ? NODES.textNode("AA==")
          : array.add(value(known.getComponentType(), grown));
    }
    if (isOpaque(known)) {
      return NODES.objectNode().put("any", 1);
    }
    if (known.isRecord()) {
      return of(known, grown);
    }
    if (known.isEnum()) {
      return NODES.textNode(((Enum<?>) known.getEnumConstants()[0]).name());
    }
    return plain(known);
  }

  private static JsonNode plain(Class<?> type) {
    if (type == String.class || type == Object.class) {
      return NODES.textNode("text");
    }
    if (type == boolean.class || type == Boolean.class) {
      return NODES.booleanNode(true);
    }
    if (type == double.class || type == float.class || type == Double.class) {
      return NODES.numberNode(0.5);
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return NODES.numberNode(1);
    }
    if (type == Instant.class) {
      return NODES.textNode("2026-01-31T12:00:00Z");
    }
    if (type == Duration.class) {
      return NODES.textNode("PT1S");
    }
    throw new AssertionError("A message has a " + type + ": say here what it looks like");
  }

  private Samples() {}
}
