package dev.weft.durable.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import dev.weft.contracts.WeftException;
import dev.weft.durable.Storage;
import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.values.ValueCodec;
import dev.weft.json.Storable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Keys and values as they are stored. */
public final class StoredValues {
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
    if (Storable.hasHalfPair(text)) {
      throw ObjectErrors.badKey("A key holds half a surrogate pair, which is no text.");
    }
    return new Key(bytes);
  }

  /**
   * A value's bytes.
   *
   * @throws WeftException {@code object:value.too_large}, {@code object:value.invalid}: it would
   *     not come back equal; detail {@code param} says where
   */
  public static byte[] encode(String key, @Nullable Object value) {
    if (value instanceof byte[] raw) {
      return checked(key, raw.clone());
    }
    if (value == null) {
      throw ObjectErrors.badValue(key, "null is no value; delete the key instead.");
    }
    try {
      return checked(key, ValueCodec.encode(value));
    } catch (ValueCodec.Unkept e) {
      throw refused(key, value, e);
    }
  }

  /** The same of a value that is going to be read as that type. */
  public static byte[] encode(String key, @Nullable Object value, JavaType type) {
    if (value == null) {
      throw ObjectErrors.badValue(key, "null is no value.");
    }
    try {
      return checked(key, ValueCodec.encode(value, type));
    } catch (ValueCodec.Unkept e) {
      throw refused(key, value, e);
    }
  }

  private static WeftException refused(String key, Object value, ValueCodec.Unkept why) {
    return ObjectErrors.badValue(
        key, "a " + value.getClass().getName() + ": " + why.getMessage() + ".", why.path());
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
      return ValueCodec.decode(bytes, type);
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
      return ValueCodec.decode(bytes, type);
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
