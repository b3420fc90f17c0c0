package dev.weft.durable.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.weft.contracts.WeftException;
import dev.weft.durable.Storage;
import dev.weft.durable.internal.store.Key;
import dev.weft.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Keys and values as they are stored. */
public final class StoredValues {
  private static final ObjectWriter WRITER = Json.mapper().writer();

  /**
   * A key's bytes.
   *
   * @throws WeftException {@code object:key.too_large}, {@code object:key.invalid}
   */
  public static Key key(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > Storage.MAX_KEY_BYTES) {
      throw ObjectErrors.keyTooLarge(bytes.length, Storage.MAX_KEY_BYTES);
    }
    if (ObjectNames.hasHalfPair(text)) {
      throw ObjectErrors.badKey("A key holds half a surrogate pair, which is no text.");
    }
    return new Key(bytes);
  }

  /**
   * A value's bytes.
   *
   * @throws WeftException {@code object:value.too_large}, {@code object:value.invalid}
   */
  public static byte[] encode(String key, @Nullable Object value) {
    if (value instanceof byte[] raw) {
      return checked(key, raw.clone());
    }
    return encode(key, value, WRITER);
  }

  /** The same with a writer of the value's type. */
  public static byte[] encode(String key, @Nullable Object value, ObjectWriter writer) {
    if (value == null) {
      throw ObjectErrors.badValue(key, "null is no value; delete the key instead.");
    }
    try {
      return checked(key, writer.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw ObjectErrors.badValue(key, value.getClass().getName() + " cannot be written as JSON.");
    }
  }

  private static byte[] checked(String key, byte[] bytes) {
    if (bytes.length > Storage.MAX_VALUE_BYTES) {
      throw ObjectErrors.valueTooLarge(key, bytes.length, Storage.MAX_VALUE_BYTES);
    }
    return bytes;
  }

  /**
   * The value in the bytes.
   *
   * @throws WeftException {@code object:value.invalid} when they are of another type
   */
  public static <T> T decode(Key key, byte[] bytes, Class<T> type) {
    if (type == byte[].class) {
      return type.cast(bytes.clone());
    }
    try {
      return Json.decode(bytes, type);
    } catch (WeftException e) {
      throw otherType(key, type.getSimpleName(), e);
    }
  }

  /** The same for a type with parameters. */
  @SuppressWarnings("unchecked") // byte[] is what the caller asked for
  public static <T> T decode(Key key, byte[] bytes, TypeReference<T> type) {
    if (type.getType() == byte[].class) {
      return (T) bytes.clone();
    }
    try {
      return Json.decode(bytes, type);
    } catch (WeftException e) {
      throw otherType(key, type.getType().getTypeName(), e);
    }
  }

  private static WeftException otherType(Key key, String type, WeftException why) {
    return ObjectErrors.badValue(
        key.text(), "it is stored, but no " + type + ": " + why.error().message());
  }

  private StoredValues() {}
}
