package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.json.JsonLimits;
import dev.weft.json.Utf8;

/**
 * One pass over the JSON object of an answer or of an event: says whether it is well-formed (RFC
 * 8259, valid UTF-8 included) and notes the few places that matter to a relay. Made to be used
 * again and again by one thread without allocating; a tenth of a parser's work.
 */
public final class ChunkScan {

  private static final byte[] USAGE = "usage".getBytes(US_ASCII);
  private static final byte[] ERROR = "error".getBytes(US_ASCII);
  private static final byte[] CHOICES = "choices".getBytes(US_ASCII);
  private static final byte[] FINISH_REASON = "finish_reason".getBytes(US_ASCII);
  private static final int BAD = -1;

  private byte[] bytes = new byte[0];
  private int to;
  private boolean inChoices;

  private int usageStart;
  private int usageEnd;
  private int errorStart;
  private int errorEnd;
  private boolean choicesSeen;
  private boolean choicesEmpty;
  private int finished;

  /**
   * Scans {@code from} to {@code to}.
   *
   * @return whether it is one well-formed object and nothing else
   */
  public boolean scan(byte[] source, int from, int end) {
    bytes = source;
    to = end;
    inChoices = false;
    usageStart = BAD;
    errorStart = BAD;
    choicesSeen = false;
    choicesEmpty = false;
    finished = 0;
    int at = space(from);
    if (at >= to || bytes[at] != '{') {
      return false;
    }
    at = object(at, 1);
    return at != BAD && space(at) == to;
  }

  /** Whether there is a usage that is not null. */
  public boolean hasUsage() {
    return usageStart != BAD;
  }

  public int usageStart() {
    return usageStart;
  }

  public int usageEnd() {
    return usageEnd;
  }

  /** Whether there is a top-level error that is not null. */
  public boolean hasError() {
    return errorStart != BAD;
  }

  public int errorStart() {
    return errorStart;
  }

  public int errorEnd() {
    return errorEnd;
  }

  /** Whether there is a top-level list of choices. */
  public boolean hasChoices() {
    return choicesSeen;
  }

  /** Whether the list of choices is there and empty. */
  public boolean choicesEmpty() {
    return choicesEmpty;
  }

  /** How many choices say why they ended. */
  public int finished() {
    return finished;
  }

  private int object(int at, int depth) {
    if (depth > JsonLimits.MAX_DEPTH) {
      return BAD;
    }
    at = space(at + 1);
    if (at < to && bytes[at] == '}') {
      return at + 1;
    }
    while (at < to && bytes[at] == '"') {
      int keyStart = at + 1;
      at = string(at);
      if (at == BAD) {
        return BAD;
      }
      int keyEnd = at - 1;
      at = space(at);
      if (at >= to || bytes[at] != ':') {
        return BAD;
      }
      int start = space(at + 1);
      if (depth == 1) {
        inChoices = is(CHOICES, keyStart, keyEnd);
      }
      at = value(start, depth);
      if (at == BAD) {
        return BAD;
      }
      if (depth == 1) {
        note(keyStart, keyEnd, start, at);
      } else if (depth == 3
          && inChoices
          && bytes[start] == '"'
          && is(FINISH_REASON, keyStart, keyEnd)) {
        finished++;
      }
      at = space(at);
      if (at < to && bytes[at] == '}') {
        return at + 1;
      }
      if (at >= to || bytes[at] != ',') {
        return BAD;
      }
      at = space(at + 1);
    }
    return BAD;
  }

  private void note(int keyStart, int keyEnd, int start, int end) {
    boolean isNull = bytes[start] == 'n';
    if (is(USAGE, keyStart, keyEnd)) {
      usageStart = isNull ? BAD : start;
      usageEnd = end;
    } else if (is(ERROR, keyStart, keyEnd)) {
      errorStart = isNull ? BAD : start;
      errorEnd = end;
    } else if (inChoices) {
      choicesSeen = bytes[start] == '[';
      choicesEmpty = choicesSeen && bytes[space(start + 1)] == ']';
    }
  }

  private int array(int at, int depth) {
    if (depth > JsonLimits.MAX_DEPTH) {
      return BAD;
    }
    at = space(at + 1);
    if (at < to && bytes[at] == ']') {
      return at + 1;
    }
    while (true) {
      at = value(at, depth);
      if (at == BAD) {
        return BAD;
      }
      at = space(at);
      if (at >= to) {
        return BAD;
      }
      if (bytes[at] == ']') {
        return at + 1;
      }
      if (bytes[at] != ',') {
        return BAD;
      }
      at = space(at + 1);
    }
  }

  private int value(int at, int depth) {
    if (at >= to) {
      return BAD;
    }
    return switch (bytes[at]) {
      case '"' -> string(at);
      case '{' -> object(at, depth + 1);
      case '[' -> array(at, depth + 1);
      case 't' -> literal(at, 'r', 'u', 'e');
      case 'n' -> literal(at, 'u', 'l', 'l');
      case 'f' -> at + 4 < to && bytes[at + 1] == 'a' ? literal(at + 1, 'l', 's', 'e') : BAD;
      default -> number(at);
    };
  }

  private int literal(int at, int second, int third, int fourth) {
    return at + 3 < to
            && bytes[at + 1] == second
            && bytes[at + 2] == third
            && bytes[at + 3] == fourth
        ? at + 4
        : BAD;
  }

  private int number(int at) {
    if (bytes[at] == '-') {
      at++;
    }
    int digits = digits(at);
    if (digits == at || (bytes[at] == '0' && digits > at + 1)) {
      return BAD;
    }
    at = digits;
    if (at < to && bytes[at] == '.') {
      int fraction = digits(at + 1);
      if (fraction == at + 1) {
        return BAD;
      }
      at = fraction;
    }
    if (at < to && (bytes[at] == 'e' || bytes[at] == 'E')) {
      at++;
      if (at < to && (bytes[at] == '+' || bytes[at] == '-')) {
        at++;
      }
      int exponent = digits(at);
      if (exponent == at) {
        return BAD;
      }
      at = exponent;
    }
    return at;
  }

  private int digits(int at) {
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at;
  }

  /** From the opening quote to after the closing one. */
  private int string(int at) {
    at++;
    while (at < to) {
      byte b = bytes[at];
      if (b == '"') {
        return at + 1;
      }
      if (b == '\\') {
        at = escape(at + 1);
      } else if (b >= 0x20) {
        at++;
      } else if (b < 0) {
        at = Utf8.character(bytes, at, to);
      } else {
        return BAD;
      }
      if (at == BAD) {
        return BAD;
      }
    }
    return BAD;
  }

  private int escape(int at) {
    if (at >= to) {
      return BAD;
    }
    return switch (bytes[at]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 1;
      case 'u' -> {
        if (at + 4 >= to) {
          yield BAD;
        }
        for (int i = 1; i <= 4; i++) {
          if (Character.digit(bytes[at + i], 16) < 0) {
            yield BAD;
          }
        }
        yield at + 5;
      }
      default -> BAD;
    };
  }

  private int space(int at) {
    while (at < to
        && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
      at++;
    }
    return at;
  }

  private boolean is(byte[] name, int start, int end) {
    if (end - start != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (bytes[start + i] != name[i]) {
        return false;
      }
    }
    return true;
  }
}
