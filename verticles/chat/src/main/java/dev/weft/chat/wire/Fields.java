package dev.weft.chat.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, or the elements of an array, with their places in the bytes. Values
 * are neither decoded nor copied. Immutable.
 */
public final class Fields {

  /** A request nested deeper than this is refused: no client needs it, and it costs stack later. */
  private static final int MAX_DEPTH = 128;

  /** Most names of one object. */
  static final int MAX_FIELDS = 10_000;

  /** Most values, names and brackets of one document. */
  private static final int MAX_TOKENS = 2_000_000;

  private static final int MAX_NAME_CHARACTERS = 4_096;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Names come from outside: they must not stay in the JVM's table of strings.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(MAX_NAME_CHARACTERS)
                  .maxTokenCount(MAX_TOKENS)
                  .build())
          .build();

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
   * @throws MalformedJson when the bytes are not one JSON object, or name a field twice
   */
  public static Fields ofObject(byte[] bytes) throws MalformedJson {
    return read(bytes, 0, bytes.length, JsonToken.START_OBJECT);
  }

  /** Reads the object that is the field's value. */
  public Fields objectAt(Field field) throws MalformedJson {
    return read(bytes, field.start(), field.end(), JsonToken.START_OBJECT);
  }

  /** Reads the array that is the field's value. */
  public Fields arrayAt(Field field) throws MalformedJson {
    return read(bytes, field.start(), field.end(), JsonToken.START_ARRAY);
  }

  /** Reads an array. */
  public static Fields ofArray(byte[] bytes) throws MalformedJson {
    return read(bytes, 0, bytes.length, JsonToken.START_ARRAY);
  }

  private static Fields read(byte[] bytes, int from, int to, JsonToken kind) throws MalformedJson {
    List<Field> list = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(bytes, from, to - from)) {
      if (parser.nextToken() != kind) {
        throw new MalformedJson(
            kind == JsonToken.START_OBJECT ? "It is not a JSON object." : "It is not an array.");
      }
      if (kind == JsonToken.START_OBJECT) {
        // A set of strings stays fast when names are made to share a hash: they are comparable.
        Set<String> names = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          if (!names.add(name)) {
            // One reader takes the first of two fields with one name, the next reader the last.
            throw new MalformedJson("The field '" + shortened(name) + "' is there twice.");
          }
          if (names.size() > MAX_FIELDS) {
            throw new MalformedJson("It has more than " + MAX_FIELDS + " fields.");
          }
          int nameStart = from + (int) parser.currentTokenLocation().getByteOffset();
          parser.nextToken();
          list.add(value(parser, name, nameStart, from));
        }
      } else {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser, "", -1, from));
        }
      }
      if (parser.nextToken() != null) {
        throw new MalformedJson("Something follows the JSON value.");
      }
    } catch (MalformedJson e) {
      throw e;
    } catch (IOException e) {
      throw MalformedJson.because(e);
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

  private static String shortened(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "…";
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
  public String text(Field field) throws MalformedJson {
    try (JsonParser parser =
        FACTORY.createParser(bytes, field.start(), field.end() - field.start())) {
      parser.nextToken();
      return parser.getText();
    } catch (IOException e) {
      throw MalformedJson.because(e);
    }
  }
}
