package dev.weft.node.config;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads values as the types of their keys, and writes them as people write them. */
final class ConfigValues {

  /** A value that is not what its key takes. The path leads to the part at fault, if not all. */
  static final class Unreadable extends Exception {
    @Serial private static final long serialVersionUID = 1L;
    final String path;

    Unreadable(String path, String problem) {
      super(problem);
      this.path = path;
    }

    /** What is wrong, as the end of a sentence that starts with the setting's name. */
    String problem() {
      return Objects.requireNonNull(getMessage());
    }
  }

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .addModule(module())
          .build();

  /**
   * Reads a node as the key's type.
   *
   * @throws Unreadable when it is something else
   */
  static Object read(ConfigKey<?> key, JsonNode node) throws Unreadable {
    JavaType type = MAPPER.constructType(key.type());
    try {
      Object value = MAPPER.readerFor(type).readValue(node);
      if (value == null) {
        throw new Unreadable("", "has no value, but must be " + form(type));
      }
      return value;
    } catch (JsonMappingException e) {
      throw explain(key, type, node, e);
    } catch (IOException e) {
      throw new Unreadable("", "must be " + form(type));
    }
  }

  /**
   * The node for a text from the environment or a flag: a list may be written with commas, anything
   * structured as JSON.
   */
  static JsonNode node(ConfigKey<?> key, String text) throws Unreadable {
    JavaType type = MAPPER.constructType(key.type());
    String trimmed = text.strip();
    if (trimmed.startsWith("[") || trimmed.startsWith("{")) {
      if (type.isContainerType() || type.isRecordType()) {
        try {
          return MAPPER.readTree(trimmed);
        } catch (JsonProcessingException e) {
          throw new Unreadable("", "is not valid JSON");
        }
      }
    } else if (type.isCollectionLikeType()) {
      ArrayNode list = MAPPER.createArrayNode();
      for (String part : trimmed.split(",", -1)) {
        list.add(part.strip());
      }
      return list;
    }
    return TextNode.valueOf(text);
  }

  /** A value as it would stand in the file, on one line. */
  static String text(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    JsonNode node = MAPPER.valueToTree(value);
    return node.isTextual() ? node.textValue() : node.toString();
  }

  /** What a value of the type looks like: {@code a whole number}. */
  static String form(ConfigKey<?> key) {
    return form(MAPPER.constructType(key.type()));
  }

  private static String form(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (raw == Integer.class || raw == int.class || raw == Long.class || raw == long.class) {
      return "a whole number";
    }
    if (raw == Double.class || raw == double.class) {
      return "a number";
    }
    if (raw == Boolean.class || raw == boolean.class) {
      return "true or false";
    }
    if (raw == Duration.class) {
      return "a time span like 250ms, 30s, 5m or 2h";
    }
    if (raw == ByteSize.class) {
      return "a size like 512KiB or 4MiB";
    }
    if (raw.isEnum()) {
      List<String> words = new ArrayList<>();
      for (Object constant : raw.getEnumConstants()) {
        words.add(((Enum<?>) constant).name().toLowerCase(Locale.ROOT));
      }
      return "one of " + String.join(", ", words);
    }
    if (type.isCollectionLikeType()) {
      return "a list";
    }
    return raw == String.class ? "text" : "a group of settings";
  }

  private static Unreadable explain(
      ConfigKey<?> key, JavaType type, JsonNode root, JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    JsonNode at = root;
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() != null) {
        path.append('.').append(step.getFieldName());
        at = at.path(step.getFieldName());
      } else {
        path.append('[').append(step.getIndex()).append(']');
        at = at.path(step.getIndex());
      }
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      List<String> known =
          unknown.getKnownPropertyIds() == null
              ? List.of()
              : unknown.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
      String nearest = Nearest.of(unknown.getPropertyName(), known);
      return new Unreadable(
          path.toString(),
          "is not a setting. "
              + (nearest == null
                  ? "There are: " + String.join(", ", known) + "."
                  : "Did you mean " + nearest + "?"));
    }
    JavaType wanted = type;
    if (e instanceof MismatchedInputException mismatch
        && mismatch.getTargetType() != null
        && !e.getPath().isEmpty()) {
      wanted = MAPPER.constructType(mismatch.getTargetType());
    }
    String shown = key.secret() || !at.isValueNode() ? "" : "is " + at + ", but ";
    return new Unreadable(path.toString(), shown + "must be " + form(wanted));
  }

  private static SimpleModule module() {
    SimpleModule module = new SimpleModule("weft-config");
    module.addDeserializer(Duration.class, new DurationReader());
    module.addDeserializer(ByteSize.class, new ByteSizeReader());
    module.addSerializer(Duration.class, new TextWriter<>(Duration.class, TimeSpan::format));
    module.addSerializer(ByteSize.class, new TextWriter<>(ByteSize.class, ByteSize::toString));
    module.addSerializer(
        new TextWriter<>(Enum.class, value -> value.name().toLowerCase(Locale.ROOT)));
    return module;
  }

  private static final class DurationReader extends FromStringDeserializer<Duration> {
    @Serial private static final long serialVersionUID = 1L;

    DurationReader() {
      super(Duration.class);
    }

    @Override
    protected Duration _deserialize(String value, DeserializationContext context) {
      return TimeSpan.parse(value);
    }
  }

  private static final class ByteSizeReader extends FromStringDeserializer<ByteSize> {
    @Serial private static final long serialVersionUID = 1L;

    ByteSizeReader() {
      super(ByteSize.class);
    }

    @Override
    public ByteSize deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return parser.hasToken(JsonToken.VALUE_NUMBER_INT)
          ? new ByteSize(parser.getLongValue())
          : super.deserialize(parser, context);
    }

    @Override
    protected ByteSize _deserialize(String value, DeserializationContext context) {
      return ByteSize.parse(value);
    }
  }

  private static final class TextWriter<T> extends StdSerializer<T> {
    @Serial private static final long serialVersionUID = 1L;
    private final transient Function<T, String> form;

    TextWriter(Class<T> type, Function<T, String> form) {
      super(type);
      this.form = form;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(form.apply(value));
    }
  }

  private ConfigValues() {}
}
