package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.json.JsonLimits;
import dev.weft.json.Utf8;
import java.util.Arrays;

/**
 * One pass over the JSON object of an answer or of an event: says whether it is well-formed (RFC
 * 8259, valid UTF-8 included) and notes the few places that matter to a relay. Made to be used
 * again and again by one thread without allocating; a tenth of a parser's work.
 */
public final class ChunkScan {

  /** An index beyond this is none: nobody asks for so many answers. */
  static final int MAX_INDEX = 4_095;

  private static final byte[] USAGE = "usage".getBytes(US_ASCII);
  private static final byte[] ERROR = "error".getBytes(US_ASCII);
  private static final byte[] ERRORS = "errors".getBytes(US_ASCII);
  private static final byte[] ERROR_CODE = "error_code".getBytes(US_ASCII);
  private static final byte[] TYPE = "type".getBytes(US_ASCII);
  private static final byte[] OBJECT = "object".getBytes(US_ASCII);
  private static final byte[] CHOICES = "choices".getBytes(US_ASCII);
  private static final byte[] INDEX = "index".getBytes(US_ASCII);
  private static final byte[] DELTA = "delta".getBytes(US_ASCII);
  private static final byte[] MESSAGE = "message".getBytes(US_ASCII);
  private static final byte[] FINISH_REASON = "finish_reason".getBytes(US_ASCII);
  private static final byte[][] NO_REASONS = {"null".getBytes(US_ASCII), "none".getBytes(US_ASCII)};
  private static final byte[] OF_ERROR = "_error".getBytes(US_ASCII);
  private static final int BAD = -1;
  private static final int MANY = 8;

  private byte[] bytes = new byte[0];
  private int rootStart;
  private int to;
  private boolean inChoices;

  private int usageStart;
  private int usageEnd;
  private int errorStart;
  private int errorEnd;
  private boolean choicesSeen;
  private int choices;
  private int[] indexes = new int[MANY];
  private boolean[] finished = new boolean[MANY];
  private boolean oddChoices;
  private boolean messages;
  private boolean deltas;

  /** Of the choice that is being read. */
  private int choiceIndex;

  private boolean choiceFinished;

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
    choices = 0;
    oddChoices = false;
    messages = false;
    deltas = false;
    int at = space(from);
    rootStart = at;
    if (at >= to || bytes[at] != '{') {
      return false;
    }
    at = object(at, 1);
    return at != BAD && space(at) == to;
  }

  /** Whether there is a usage: an object. */
  public boolean hasUsage() {
    return usageStart != BAD;
  }

  public int usageStart() {
    return usageStart;
  }

  public int usageEnd() {
    return usageEnd;
  }

  /**
   * Whether the object reports a failure: an {@code error} that says something, at the top or in a
   * choice; a choice that ended by an error; {@code errors}, an {@code error_code}, or an object or
   * type of the name {@code error}.
   */
  public boolean hasError() {
    return errorStart != BAD;
  }

  /** Where the report begins: the value of {@code error}, or the object that has it. */
  public int errorStart() {
    return errorStart;
  }

  public int errorEnd() {
    return errorEnd;
  }

  /** Whether there is a top-level list of choices, each an object. */
  public boolean hasChoices() {
    return choicesSeen;
  }

  /** Whether the list of choices is there and empty. */
  public boolean choicesEmpty() {
    return choicesSeen && choices == 0;
  }

  /** How many choices there are. */
  public int choices() {
    return choices;
  }

  /** Which answer a choice belongs to; its place in the list when it does not say. */
  public int index(int choice) {
    return indexes[choice];
  }

  /** Whether a choice says why it ended: with a text that is more than blank. */
  public boolean finished(int choice) {
    return finished[choice];
  }

  /** Whether the choices carry whole messages, as those of an answer in one piece do. */
  public boolean hasMessages() {
    return messages && !deltas;
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
      } else if (depth == 3 && inChoices) {
        noteInChoice(keyStart, keyEnd, start, at);
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
    if (inChoices) {
      choicesSeen = bytes[start] == '[' && !oddChoices;
      return;
    }
    switch (keyEnd - keyStart) {
      case 4 -> {
        if (is(TYPE, keyStart, keyEnd)) {
          noteName(start, end);
        }
      }
      case 5 -> {
        if (is(USAGE, keyStart, keyEnd)) {
          usageStart = bytes[start] == '{' ? start : BAD;
          usageEnd = end;
        } else if (is(ERROR, keyStart, keyEnd) && says(start)) {
          error(start, end);
        }
      }
      case 6 -> {
        if (is(OBJECT, keyStart, keyEnd)) {
          noteName(start, end);
        } else if (is(ERRORS, keyStart, keyEnd) && says(start)) {
          wholeIsError();
        }
      }
      case 10 -> {
        if (is(ERROR_CODE, keyStart, keyEnd) && says(start)) {
          wholeIsError();
        }
      }
      default -> {}
    }
  }

  /** The value of {@code object} or {@code type}. */
  private void noteName(int start, int end) {
    if (bytes[start] == '"' && is(ERROR, start + 1, end - 1)) {
      wholeIsError();
    }
  }

  private void wholeIsError() {
    if (errorStart == BAD) {
      error(rootStart, to);
    }
  }

  private void error(int start, int end) {
    errorStart = start;
    errorEnd = end;
  }

  /**
   * Whether a value is more than null, false, 0 (as a text, too), or an empty text, list or object.
   */
  private boolean says(int at) {
    return switch (bytes[at]) {
      case 'n', 'f', '0' -> false;
      case '"' -> bytes[at + 1] != '"' && !(bytes[at + 1] == '0' && bytes[at + 2] == '"');
      case '[' -> bytes[space(at + 1)] != ']';
      case '{' -> bytes[space(at + 1)] != '}';
      default -> true;
    };
  }

  private void noteInChoice(int keyStart, int keyEnd, int start, int end) {
    switch (keyEnd - keyStart) {
      case 5 -> {
        if (is(INDEX, keyStart, keyEnd)) {
          choiceIndex = smallNumber(start, end);
        } else if (is(DELTA, keyStart, keyEnd)) {
          deltas |= bytes[start] == '{';
        } else if (is(ERROR, keyStart, keyEnd) && says(start)) {
          error(start, end);
        }
      }
      case 7 -> messages |= bytes[start] == '{' && is(MESSAGE, keyStart, keyEnd);
      case 13 -> {
        if (bytes[start] == '"' && is(FINISH_REASON, keyStart, keyEnd)) {
          finish(start + 1, end - 1);
        }
      }
      default -> {}
    }
  }

  private void finish(int start, int end) {
    while (start < end && bytes[start] == ' ') {
      start++;
    }
    boolean none = start == end;
    for (byte[] word : NO_REASONS) {
      none |= isIgnoringCase(word, start, end);
    }
    choiceFinished = !none;
    if (isIgnoringCase(ERROR, start, end)
        || (end - start > OF_ERROR.length && is(OF_ERROR, end - OF_ERROR.length, end))) {
      wholeIsError();
    }
  }

  /** A whole number that can be an index, or -1. */
  private int smallNumber(int start, int end) {
    int value = 0;
    for (int i = start; i < end; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9 || (value = value * 10 + digit) > MAX_INDEX) {
        return BAD;
      }
    }
    return value;
  }

  private void choiceRead() {
    if (choices > MAX_INDEX) {
      oddChoices = true;
      return;
    }
    if (choices == indexes.length) {
      indexes = Arrays.copyOf(indexes, 2 * choices);
      finished = Arrays.copyOf(finished, 2 * choices);
    }
    indexes[choices] = choiceIndex == BAD ? Math.min(choices, MAX_INDEX) : choiceIndex;
    finished[choices] = choiceFinished;
    choices++;
  }

  private int array(int at, int depth) {
    if (depth > JsonLimits.MAX_DEPTH) {
      return BAD;
    }
    at = space(at + 1);
    if (at < to && bytes[at] == ']') {
      return at + 1;
    }
    boolean listsChoices = depth == 2 && inChoices;
    while (true) {
      if (listsChoices) {
        choiceIndex = BAD;
        choiceFinished = false;
        oddChoices |= at < to && bytes[at] != '{';
      }
      at = value(at, depth);
      if (at == BAD) {
        return BAD;
      }
      if (listsChoices) {
        choiceRead();
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

  private boolean isIgnoringCase(byte[] lower, int start, int end) {
    if (end - start != lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      if ((bytes[start + i] | 0x20) != lower[i]) {
        return false;
      }
    }
    return true;
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
