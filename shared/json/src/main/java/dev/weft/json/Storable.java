package dev.weft.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Whether text is such that it comes back as it was after being stored and sent on. Two kinds of
 * character are not: NUL, which PostgreSQL has no place for, and half of a surrogate pair, which
 * UTF-8 has no form for, so that writers put a question mark there and two names become one.
 *
 * <p>In JSON that is valid UTF-8 both come only as escapes ({@code \}{@code u0000}, {@code \}{@code
 * ud800}), and those are looked for in the bytes.
 */
public final class Storable {
  private static final int ESCAPE_BYTES = 6;
  private static final int MOST_STEPS_SHOWN = 20;

  /** Whether there is neither NUL nor half of a pair in the text. */
  public static boolean isStorable(CharSequence text) {
    return text.toString().indexOf('\0') < 0 && !hasHalfPair(text);
  }

  /** Half a surrogate pair has no bytes of its own: two such texts would be one. */
  public static boolean hasHalfPair(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** The text with the replacement character U+FFFD for each character that is not storable. */
  static String replaced(String text) {
    if (isStorable(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(
            c ->
                c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                    ? 0xfffd
                    : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  /**
   * Refuses JSON with an escape of such a character, saying in which field.
   *
   * @param bytes JSON in valid UTF-8, well-formed or not
   */
  static void require(byte[] bytes) throws IOException {
    if (!hasBadEscape(bytes)) {
      return;
    }
    try (JsonParser parser = Json.parser(bytes, 0, bytes.length)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        boolean name = token == JsonToken.FIELD_NAME;
        if ((name || token == JsonToken.VALUE_STRING) && !isStorable(parser.getText())) {
          throw refusal(parser.getParsingContext(), name);
        }
      }
    }
    // An escape outside of any string: whoever reads the document finds that.
  }

  private static MalformedJson refusal(JsonStreamContext where, boolean name) {
    String path = path(name ? where.getParent() : where);
    String what =
        name
            ? "A field name" + (path.isEmpty() ? "" : " in '" + path + "'")
            : path.isEmpty() ? "The body" : "'" + path + "'";
    return new MalformedJson(
        what
            + " holds the character NUL (\\u0000) or half of a surrogate pair (\\ud800 to \\udfff"
            + " alone), which is no text that can be kept.",
        path);
  }

  private static String path(@Nullable JsonStreamContext innermost) {
    Deque<JsonStreamContext> steps = new ArrayDeque<>();
    for (JsonStreamContext at = innermost;
        at != null && !at.inRoot() && steps.size() <= MOST_STEPS_SHOWN;
        at = at.getParent()) {
      steps.push(at);
    }
    StringBuilder path = new StringBuilder();
    for (JsonStreamContext step : steps) {
      if (step.inArray()) {
        path.append('[').append(step.getCurrentIndex()).append(']');
      } else if (step.getCurrentName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(JsonFaults.shortened(step.getCurrentName()));
      }
    }
    return replaced(path.toString());
  }

  private static boolean hasBadEscape(byte[] bytes) {
    int at = Utf8.indexOf((byte) '\\', bytes, 0, bytes.length);
    while (at < bytes.length) {
      int unit = escaped(bytes, at);
      if (unit < 0) {
        at += 2;
      } else if (unit == 0 || Character.isLowSurrogate((char) unit)) {
        return true;
      } else if (Character.isHighSurrogate((char) unit)) {
        int next = escaped(bytes, at + ESCAPE_BYTES);
        if (next < 0 || !Character.isLowSurrogate((char) next)) {
          return true;
        }
        at += 2 * ESCAPE_BYTES;
      } else {
        at += ESCAPE_BYTES;
      }
      at = Utf8.indexOf((byte) '\\', bytes, at, bytes.length);
    }
    return false;
  }

  /** The number in the escape {@code \}{@code uXXXX} at an offset; negative when there is none. */
  private static int escaped(byte[] bytes, int at) {
    if (at + ESCAPE_BYTES > bytes.length || bytes[at] != '\\' || bytes[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + ESCAPE_BYTES; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private Storable() {}
}
