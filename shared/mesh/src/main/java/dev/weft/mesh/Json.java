package dev.weft.mesh;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import dev.weft.mesh.internal.BufferPool;
import dev.weft.mesh.internal.JsonFaults;
import dev.weft.mesh.internal.NullnessIntrospector;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;

/**
 * How messages become bytes. UTF-8 JSON, strict: an unknown field, a wrong type, a missing field or
 * bytes after the end are refused. A record component may be absent when it is {@code @Nullable} or
 * an {@code Optional}, or a collection or map (then the record's constructor decides). Null fields
 * are left out; {@link java.time.Instant} and {@link java.time.Duration} are ISO text; an {@link
 * java.util.Optional} is its value, or null.
 *
 * <p>{@link Raw} is not JSON: its bytes go through untouched. Thread-safe.
 */
public final class Json {

  /** Longest text within a message, in characters. */
  private static final int MAX_TEXT = 64 * 1024 * 1024;

  private static final ObjectMapper MAPPER = newMapper();

  /** The shared mapper; do not reconfigure it. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /**
   * The bytes of a message; those of a {@link Raw} are shared, not copied.
   *
   * @throws WeftException {@code mesh:internal} when the value cannot be JSON
   */
  public static Buffer encode(Object value) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(encodeBytes(value)));
  }

  /** Same as an array. */
  public static byte[] encodeBytes(Object value) {
    if (value instanceof Raw raw) {
      return raw.bytes();
    }
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw WeftError.of(
              "mesh", Reason.INTERNAL, value.getClass().getName() + " cannot be written as JSON.")
          .exception(e);
    }
  }

  /**
   * The message in the bytes.
   *
   * @throws WeftException {@code mesh:request.invalid} saying what was expected where, the place
   *     also as detail {@code param} ({@code messages[0].content})
   */
  public static <T> T decode(Buffer buffer, Class<T> type) {
    ByteBuf bytes = ((BufferInternal) buffer).getByteBuf();
    if (!bytes.hasArray()) {
      return decode(buffer.getBytes(), type);
    }
    byte[] array = bytes.array();
    int offset = bytes.arrayOffset() + bytes.readerIndex();
    int length = bytes.readableBytes();
    if (type == Raw.class) {
      boolean whole = offset == 0 && length == array.length;
      return type.cast(new Raw(whole ? array : buffer.getBytes()));
    }
    return decode(array, offset, length, type);
  }

  /** Same from an array, which a {@link Raw} shares. */
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

  private static <T> T decode(byte[] bytes, int offset, int length, Class<T> type) {
    return decode(bytes, offset, length, MAPPER.constructType(type));
  }

  private static <T> T decode(byte[] bytes, int offset, int length, JavaType type) {
    try {
      T value = MAPPER.readValue(bytes, offset, length, type);
      if (value == null) {
        throw JsonFaults.nothing(type.getRawClass()).exception();
      }
      return value;
    } catch (IOException e) {
      throw JsonFaults.describe(e).exception();
    }
  }

  private static ObjectMapper newMapper() {
    JsonMapper mapper =
        JsonMapper.builder(JsonFactory.builder().recyclerPool(new BufferPool()).build())
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .annotationIntrospector(new NullnessIntrospector())
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
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
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(MAX_TEXT).maxNestingDepth(200).build());
    return mapper;
  }

  private Json() {}
}
