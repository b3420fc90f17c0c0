package dev.weft.contracts;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that pass through a service unparsed: UTF-8 JSON, or a piece of an event stream. The array
 * is shared, not copied: neither side may change it after handing it over.
 *
 * @param bytes the content
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose: this type exists to avoid copies
public record Raw(byte[] bytes) {

  public static Raw of(String text) {
    return new Raw(text.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return bytes.length;
  }

  /** The content as text. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Raw raw && Arrays.equals(bytes, raw.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Raw[" + bytes.length + " bytes]";
  }
}
