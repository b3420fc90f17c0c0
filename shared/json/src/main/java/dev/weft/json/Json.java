package dev.weft.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.weft.contracts.Raw;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import java.io.IOException;

/**
 * How records become JSON and JSON records, in UTF-8. Null fields are left out; {@link
 * java.time.Instant} and {@link java.time.Duration} are ISO text; an {@link java.util.Optional} is
 * its value, or null.
 *
 * <p>Between nodes and from storage reading is tolerant, because two versions may be at work: an
 * unknown field is ignored; a record component may be absent when it is {@code @Nullable} (then it
 * is null), an {@code Optional}, a collection or a map (then it is empty); an unknown constant of
 * an enum is read as the one marked {@code @JsonEnumDefaultValue}, if there is one. Everything else
 * is strict: a wrong type, a missing field, bytes after the end.
 *
 * <p>What a client sends is read by {@link #strictTree} and {@link #strictReader}, which refuse
 * unknown and repeated fields as well.
 *
 * <p>{@link Raw} is not JSON: its bytes go through untouched. Thread-safe.
 */
public final class Json {

  private static final JsonFactory OUTSIDE =
      new JsonFactoryBuilder()
          // The bytes often go on as they are, so they must be the UTF-8 that the next one expects.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          // Names come from outside: they must not stay in the JVM's table of strings.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(JsonLimits.OUTSIDE)
          .recyclerPool(new BufferPool())
          .build();

  private static final ObjectMapper MAPPER = newMapper();

  private static final ObjectReader STRICT = strict(MAPPER.reader());

  /** The shared mapper, which reads tolerantly; do not reconfigure it. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** The bytes of a value; those of a {@link Raw} are shared, not copied. */
  public static byte[] encodeBytes(Object value) {
    if (value instanceof Raw raw) {
      return raw.bytes();
    }
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw WeftError.of(
              "json", Reason.INTERNAL, value.getClass().getName() + " cannot be written as JSON.")
          .exception(e);
    }
  }

  /**
   * The value in the bytes; a {@link Raw} shares the array.
   *
   * @throws WeftException {@code json:invalid} saying what was expected where, the place also as
   *     detail {@code param} ({@code messages[0].content})
   */
  public static <T> T decode(byte[] bytes, Class<T> type) {
    if (type == Raw.class) {
      return type.cast(new Raw(bytes));
    }
    return decode(bytes, 0, bytes.length, type);
  }

  /** Same for a type with parameters, such as {@code List<Item>}. */
  public static <T> T decode(byte[] bytes, TypeReference<T> type) {
    return decode(bytes, 0, bytes.length, MAPPER.constructType(type));
  }

  /** Same from a part of an array, for a type other than {@link Raw}. */
  public static <T> T decode(byte[] bytes, int offset, int length, Class<T> type) {
    return decode(bytes, offset, length, MAPPER.constructType(type));
  }

  private static <T> T decode(byte[] bytes, int offset, int length, JavaType type) {
    try {
      checkLength(length);
      T value = MAPPER.readValue(bytes, offset, length, type);
      if (value == null) {
        throw JsonFaults.nothing(type.getRawClass()).exception();
      }
      return value;
    } catch (IOException e) {
      throw JsonFaults.describe(e).exception();
    }
  }

  /**
   * A parser of bytes from outside within {@link JsonLimits}. Repeated names are its user's
   * business ({@link FieldNames}); strings that are not asked for are skipped, not decoded.
   */
  public static JsonParser parser(byte[] bytes, int offset, int length) throws IOException {
    checkLength(length);
    return OUTSIDE.createParser(bytes, offset, length);
  }

  /**
   * What an outside party answered, within {@link JsonLimits}; a missing node when there is
   * nothing. Of a repeated field the last counts.
   *
   * @throws IOException when it is no JSON
   */
  public static JsonNode tree(byte[] bytes, int offset, int length) throws IOException {
    try (JsonParser parser = parser(bytes, offset, length)) {
      return tree(parser);
    }
  }

  /**
   * What a client sent, within {@link JsonLimits}: refused when it is not valid UTF-8, holds text
   * that is not {@link Storable}, or an object in it names a field twice. A missing node when there
   * is nothing.
   *
   * @throws IOException for {@link JsonFaults#describe}
   */
  public static JsonNode strictTree(byte[] bytes) throws IOException {
    requireText(bytes);
    try (JsonParser parser = new StrictParser(parser(bytes, 0, bytes.length))) {
      return tree(parser);
    }
  }

  private static JsonNode tree(JsonParser parser) throws IOException {
    JsonNode node = MAPPER.reader().readTree(parser);
    if (node == null) {
      return MAPPER.missingNode();
    }
    requireEnd(parser);
    return node;
  }

  /** Refuses what follows the value that was read. */
  public static void requireEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new MalformedJson("The body has more after its end.");
    }
  }

  /**
   * Refuses what a client sent when it is not valid UTF-8 or holds text that is not {@link
   * Storable}, where the parser would take both.
   *
   * @throws IOException for {@link JsonFaults#describe}; also when it looks for the field at fault
   *     and the bytes are no JSON
   */
  public static void requireText(byte[] bytes) throws IOException {
    if (!Utf8.isValid(bytes, 0, bytes.length)) {
      throw new MalformedJson("The body is not valid UTF-8.");
    }
    Storable.require(bytes);
  }

  /** Reads records of what a client sent: an unknown field is refused. */
  public static ObjectReader strictReader(Class<?> type) {
    return STRICT.forType(type);
  }

  /** The same reader for what a client sent: an unknown field or constant is refused. */
  public static ObjectReader strict(ObjectReader reader) {
    return reader
        .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .without(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE);
  }

  private static void checkLength(int length) throws MalformedJson {
    if (length > JsonLimits.MAX_BYTES) {
      throw new MalformedJson("The body is longer than " + JsonLimits.MAX_BYTES + " bytes.");
    }
  }

  private static ObjectMapper newMapper() {
    JsonFactory inside =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(JsonLimits.INSIDE)
            .streamWriteConstraints(JsonLimits.WRITTEN)
            .recyclerPool(new BufferPool())
            .build();
    JsonMapper mapper =
        JsonMapper.builder(inside)
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .annotationIntrospector(new NullnessIntrospector())
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();
    mapper
        .coercionConfigFor(LogicalType.Textual)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    return mapper;
  }

  private Json() {}
}
