package dev.weft.contracts.objects;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which object: its namespace and 32 bytes, written as 64 hexadecimal digits. The first 16 bytes
 * are random, or a keyed hash of the name; the last 16 are a code that proves that the id was made
 * for this namespace. Two ids are equal when namespace and bytes are; the name does not count.
 * Immutable. Made by {@code DurableObjects}. In JSON it is its {@link #text}.
 */
public final class ObjectId implements Comparable<ObjectId> {
  /** Length of an id. */
  public static final int BYTES = 32;

  private final String namespace;
  private final byte[] bytes;
  private final @Nullable String name;
  private final int hash;
  private @Nullable String hex;

  /**
   * @param namespace name of the namespace
   * @param bytes 32 of them; not copied
   * @param name what the id was made from, if anything
   */
  public ObjectId(String namespace, byte[] bytes, @Nullable String name) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("an object id has 32 bytes, not " + bytes.length);
    }
    this.namespace = Objects.requireNonNull(namespace, "namespace");
    this.bytes = bytes;
    this.name = name;
    this.hash = Arrays.hashCode(bytes);
  }

  public String namespace() {
    return namespace;
  }

  /** The name it was made from; empty for a unique id, and for one read back from its digits. */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /** The bytes; shared, so do not change them. */
  public byte[] bytes() {
    return bytes;
  }

  /** 64 hexadecimal digits. */
  public String hex() {
    String digits = hex;
    if (digits == null) {
      digits = HexFormat.of().formatHex(bytes);
      hex = digits;
    }
    return digits;
  }

  /**
   * All of it as text: the namespace, the digits and the name if there is one, with colons between:
   * {@code counters:9f86…:visits}.
   */
  @JsonValue
  public String text() {
    String id = namespace + ":" + hex();
    return name == null ? id : id + ":" + name;
  }

  /**
   * The id that was written as text. Whether it is one of that namespace is for those to say who
   * have the key: {@code DurableObjects} and the object's node.
   *
   * @param text see {@link #text}
   * @throws IllegalArgumentException when it is none
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static ObjectId ofText(String text) {
    int colon = text.indexOf(':');
    int end = colon + 1 + 2 * BYTES;
    boolean named = end < text.length();
    if (colon < 1 || end > text.length() || named && text.charAt(end) != ':') {
      throw new IllegalArgumentException(
          "an object id is written as a namespace, a colon and 64 hexadecimal digits");
    }
    byte[] bytes = HexFormat.of().parseHex(text, colon + 1, end);
    return new ObjectId(text.substring(0, colon), bytes, named ? text.substring(end + 1) : null);
  }

  /** The object's place among 4,096: what placement goes by. */
  public int slot() {
    return (bytes[0] & 0xff) << 4 | (bytes[1] & 0xff) >>> 4;
  }

  @Override
  public int compareTo(ObjectId other) {
    int order = Arrays.compareUnsigned(bytes, other.bytes);
    return order != 0 ? order : namespace.compareTo(other.namespace);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ObjectId id
        && hash == id.hash
        && Arrays.equals(bytes, id.bytes)
        && namespace.equals(id.namespace);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** For people: namespace and name, or the first digits of the id. */
  @Override
  public String toString() {
    return namespace + "/" + (name != null ? name : hex().substring(0, 12));
  }
}
