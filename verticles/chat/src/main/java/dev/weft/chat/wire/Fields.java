package dev.weft.chat.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weft.json.FieldNames;
import dev.weft.json.Json;
import dev.weft.json.MalformedJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, or the elements of an array, with their places in the bytes. Values
 * are neither decoded nor copied. Immutable.
 */
public final class Fields {

  private final byte[] bytes;
  private final List<Field> list;

  private Fields(byte[] bytes, List<Field> list) {
    this.bytes = bytes;
    this.list = list;
  }

  /**
   * One field or element.
   *
   * @param name the decoded name; empty for an element
   * @param token the value's first token
   * @param nameStart offset of the name's quote; of the value for an element
   * @param start offset of the value's first byte
   * @param end offset after the value's last byte
   */
  public record Field(String name, JsonToken token, int nameStart, int start, int end) {

    public boolean isNull() {
      return token == JsonToken.VALUE_NULL;
    }
  }

  /**
   * Reads an object.
   *
   * @throws IOException when the bytes are not one JSON object, or name a field twice
   */
  public static Fields ofObject(byte[] bytes) throws IOException {
    return read(bytes, 0, bytes.length, JsonToken.START_OBJECT);
  }

  /** Reads the object that is the field's value. */
  public Fields objectAt(Field field) throws IOException {
    return read(bytes, field.start(), field.end(), JsonToken.START_OBJECT);
  }

  /** Reads the array that is the field's value. */
  public Fields arrayAt(Field field) throws IOException {
    return read(bytes, field.start(), field.end(), JsonToken.START_ARRAY);
  }

  /** Reads an array. */
  public static Fields ofArray(byte[] bytes) throws IOException {
    return read(bytes, 0, bytes.length, JsonToken.START_ARRAY);
  }

  private static Fields read(byte[] bytes, int from, int to, JsonToken kind) throws IOException {
    List<Field> list = new ArrayList<>();
    try (JsonParser parser = Json.parser(bytes, from, to - from)) {
      if (parser.nextToken() != kind) {
        throw new MalformedJson(
            kind == JsonToken.START_OBJECT
                ? "The body must be an object."
                : "The body must be an array.");
      }
      if (kind == JsonToken.START_OBJECT) {
        FieldNames names = new FieldNames();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          names.add(name);
          int nameStart = from + (int) parser.currentTokenLocation().getByteOffset();
          parser.nextToken();
          list.add(value(parser, name, nameStart, from));
        }
      } else {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser, "", -1, from));
        }
      }
      Json.requireEnd(parser);
    }
    return new Fields(bytes, list);
  }

  private static Field value(JsonParser parser, String name, int nameStart, int from)
      throws IOException {
    JsonToken token = parser.currentToken();
    int start = from + (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    int end = from + (int) parser.currentLocation().getByteOffset();
    return new Field(name, token, nameStart < 0 ? start : nameStart, start, end);
  }

  public List<Field> list() {
    return list;
  }

  /** The field of a name, or null. */
  public @Nullable Field get(String name) {
    for (Field field : list) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    return null;
  }

  /** The bytes the offsets belong to; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** A copy of the value's bytes. */
  public byte[] value(Field field) {
    return Arrays.copyOfRange(bytes, field.start(), field.end());
  }

  /** The text of a field that is a string. */
  public String text(Field field) throws IOException {
    try (JsonParser parser = Json.parser(bytes, field.start(), field.end() - field.start())) {
      parser.nextToken();
      return parser.getText();
    }
  }
}
