package dev.weft.gateway.pages;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.contracts.http.Doc;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON schemas of contract records: a record of its own is a named schema, one that is declared
 * within another stands in its place. Words and bounds come from {@link Doc}.
 */
final class RecordSchemas {
  private static final String SCHEMAS = "#/components/schemas/";

  private final ObjectNode named;
  private final Map<String, Class<?>> owners = new HashMap<>();

  /**
   * @param named takes the schemas by name
   */
  RecordSchemas(ObjectNode named) {
    this.named = named;
  }

  /** The fields of a record as JSON names them, in their order. */
  static Map<String, RecordComponent> fields(Class<?> type) {
    Map<String, RecordComponent> fields = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
      fields.put(property == null ? component.getName() : property.value(), component);
    }
    return fields;
  }

  static boolean optional(RecordComponent field) {
    return field.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  static String description(RecordComponent field) {
    Doc doc = field.getAnnotation(Doc.class);
    return doc == null ? "" : doc.value();
  }

  /** A reference to the schema of an answer. */
  ObjectNode answer(Class<?> type) {
    Doc doc = type.getAnnotation(Doc.class);
    String name = doc == null || doc.name().isEmpty() ? type.getSimpleName() : doc.name();
    if (owned(name, type)) {
      named.set(name, object(type, Set.of(), false));
    }
    return reference(name);
  }

  /**
   * A reference to the schema of a request's body.
   *
   * @param elsewhere fields that are not in the body
   * @param name of the schema when there are such
   */
  ObjectNode body(Class<?> type, Set<String> elsewhere, String name) {
    boolean whole = elsewhere.isEmpty();
    String chosen = whole ? type.getSimpleName() : name;
    if (owned(chosen, type)) {
      named.set(chosen, object(type, elsewhere, true));
    }
    return reference(chosen);
  }

  /** The schema of one field, as it is when it is there. */
  ObjectNode field(RecordComponent field) {
    ObjectNode schema = of(field.getGenericType());
    Doc doc = field.getAnnotation(Doc.class);
    if (doc == null) {
      return schema;
    }
    if (!doc.value().isEmpty()) {
      schema.put("description", doc.value());
    }
    bound(schema, doc);
    ObjectNode valued = schema.get("items") instanceof ObjectNode items ? items : schema;
    if (doc.allowed().length == 1) {
      valued.put("const", doc.allowed()[0]);
    } else if (doc.allowed().length > 1) {
      ArrayNode values = valued.putArray("enum");
      for (String value : doc.allowed()) {
        values.add(value);
      }
    }
    return schema;
  }

  private static void bound(ObjectNode schema, Doc doc) {
    if (doc.minimum() != Long.MIN_VALUE) {
      schema.put("minimum", doc.minimum());
    }
    if (doc.maximum() != Long.MAX_VALUE) {
      schema.put("maximum", doc.maximum());
    }
    if (doc.minLength() > 0) {
      schema.put("minLength", doc.minLength());
    }
    if (doc.maxLength() != Integer.MAX_VALUE) {
      schema.put("maxLength", doc.maxLength());
    }
    if (!doc.pattern().isEmpty()) {
      schema.put("pattern", doc.pattern());
    }
    if (!doc.format().isEmpty()) {
      schema.put("format", doc.format());
    }
    if (!doc.defaultValue().isEmpty()) {
      switch (schema.path("type").asText()) {
        case "integer" -> schema.put("default", Long.parseLong(doc.defaultValue()));
        case "number" -> schema.put("default", Double.parseDouble(doc.defaultValue()));
        case "boolean" -> schema.put("default", Boolean.parseBoolean(doc.defaultValue()));
        default -> schema.put("default", doc.defaultValue());
      }
    }
  }

  /** Requests are read strictly and may say null; answers leave out what is null. */
  private ObjectNode object(Class<?> type, Set<String> without, boolean request) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    Doc doc = type.getAnnotation(Doc.class);
    if (doc != null && !doc.value().isEmpty()) {
      schema.put("description", doc.value());
    }
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JsonNodeFactory.instance.arrayNode();
    fields(type)
        .forEach(
            (name, field) -> {
              if (without.contains(name)) {
                return;
              }
              ObjectNode property = field(field);
              if (!optional(field)) {
                required.add(name);
              } else if (request && property.has("type")) {
                String kind = property.path("type").asText();
                property.putArray("type").add(kind).add("null");
              }
              properties.set(name, property);
            });
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    if (request) {
      schema.put("additionalProperties", false);
    }
    return schema;
  }

  private ObjectNode of(Type type) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      if (Map.class.isAssignableFrom(raw)) {
        schema.put("type", "object").set("additionalProperties", of(last));
        return schema;
      }
      if (Collection.class.isAssignableFrom(raw)) {
        schema.put("type", "array").set("items", of(last));
        return schema;
      }
      return schema;
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return plain.getEnclosingClass() == null ? answer(plain) : object(plain, Set.of(), false);
    }
    String kind = kind(plain);
    return kind.isEmpty() ? schema : schema.put("type", kind);
  }

  /** Empty for anything at all. */
  private static String kind(Class<?> type) {
    if (type == String.class) {
      return "string";
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "integer";
    }
    if (type == double.class || type == Double.class || type == float.class) {
      return "number";
    }
    return type == boolean.class || type == Boolean.class ? "boolean" : "";
  }

  /** Whether the name is the type's from now on; false when it has been so. */
  private boolean owned(String name, Class<?> type) {
    Class<?> owner = owners.putIfAbsent(name, type);
    if (owner != null && owner != type || owner == null && named.has(name)) {
      throw new IllegalStateException("two schemas are named " + name + ": name one with @Doc");
    }
    return owner == null;
  }

  private static ObjectNode reference(String name) {
    return JsonNodeFactory.instance.objectNode().put("$ref", SCHEMAS + name);
  }
}
