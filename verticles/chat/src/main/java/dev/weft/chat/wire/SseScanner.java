package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into the events of an event stream (WHATWG HTML, section 9.2), wherever
 * the bytes were split on their way. Each byte is looked at a fixed number of times. For one
 * thread.
 *
 * <p>It reads more than the standard's own form, because providers send more: a line of JSON
 * without {@code data:} is an event, and so is a line {@code error: …}. Fields that the standard
 * tells to ignore are ignored, but the last of them are kept as {@link #stray}: where nothing else
 * comes, they are what the provider said.
 */
public final class SseScanner {

  /** What an event calls itself. */
  enum Kind {
    MESSAGE,
    ERROR,
    /** Something that only keeps the connection alive, whatever its data. */
    HEARTBEAT
  }

  /** What becomes of the events. */
  interface Listener {

    /**
     * An event with data. The bytes are valid during the call only.
     *
     * @param plain whether the event is exactly {@code data: …} and two line feeds in the source,
     *     so that its bytes can be copied from 6 before {@code from} to 2 after {@code to}
     */
    void event(byte[] source, int from, int to, boolean plain, Kind kind);

    /**
     * Whether a line of JSON without {@code data:} is whole, so that nothing more belongs to it.
     */
    boolean isWhole(byte[] source, int from, int to);

    /** An event longer than the limit; nothing is called after it. */
    void tooLarge();
  }

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] DATA = "data".getBytes(US_ASCII);
  private static final byte[] EVENT = "event".getBytes(US_ASCII);
  private static final byte[] ID = "id".getBytes(US_ASCII);
  private static final byte[] RETRY = "retry".getBytes(US_ASCII);
  private static final byte[] ERROR = "error".getBytes(US_ASCII);
  private static final byte[][] HEARTBEATS = {
    "ping".getBytes(US_ASCII),
    "heartbeat".getBytes(US_ASCII),
    "keepalive".getBytes(US_ASCII),
    "keep-alive".getBytes(US_ASCII)
  };
  private static final int FIRST_CAPACITY = 4_096;
  private static final int MAX_STRAY_BYTES = 800;

  private final Listener listener;
  private final int maxEventBytes;

  private byte[] buffer = new byte[FIRST_CAPACITY];
  private int length;
  private int next;
  private int eventStart;
  private int lineStart;
  private boolean begun;
  private boolean feedMayFollow;
  private boolean stopped;

  private int dataStart = -1;
  private int dataEnd;
  private boolean otherLines;
  private boolean bare;
  private Kind kind = Kind.MESSAGE;
  private @Nullable ByteArrayOutputStream joined;

  private byte[] stray = new byte[0];
  private int strayBytes;

  SseScanner(Listener listener, int maxEventBytes) {
    this.listener = listener;
    this.maxEventBytes = maxEventBytes;
  }

  /** Takes the next bytes and calls the listener for each event they complete. */
  void feed(byte[] bytes, int count) {
    if (stopped) {
      return;
    }
    append(bytes, count);
    if (!begun && !begin(false)) {
      return;
    }
    scan();
    if (stopped) {
      return;
    }
    if (length - eventStart > maxEventBytes) {
      stopped = true;
      listener.tooLarge();
      return;
    }
    compact();
  }

  /**
   * No more bytes come. What is left counts as an event although its end is missing (the standard
   * drops it): many servers end with {@code data: [DONE]} and no empty line, and half an event is
   * no JSON, so that nothing truncated passes for whole.
   */
  void end() {
    if (stopped) {
      return;
    }
    begin(true);
    scan();
    if (!stopped && length > lineStart) {
      line(lineStart, length, length);
    }
    if (!stopped) {
      dispatch(length);
    }
    stopped = true;
  }

  /** Bytes that wait for more. */
  int buffered() {
    return length;
  }

  /** Listens no more, and lets go of what is buffered. */
  void stop() {
    stopped = true;
    buffer = new byte[0];
  }

  /** The beginning of the lines since {@link #forgetStray} that belong to no event. */
  String stray() {
    return new String(stray, 0, strayBytes, UTF_8);
  }

  void forgetStray() {
    strayBytes = 0;
  }

  /** Passes over a byte order mark; false while more bytes have to tell whether it is one. */
  private boolean begin(boolean last) {
    int same = 0;
    while (same < Math.min(length, BYTE_ORDER_MARK.length)
        && buffer[same] == BYTE_ORDER_MARK[same]) {
      same++;
    }
    if (!last && same == length && same < BYTE_ORDER_MARK.length) {
      return false;
    }
    if (!begun && same == BYTE_ORDER_MARK.length) {
      next = same;
      lineStart = same;
      eventStart = same;
    }
    begun = true;
    return true;
  }

  private void append(byte[] bytes, int count) {
    if (buffer.length - length < count) {
      buffer = Arrays.copyOf(buffer, Math.max(length + count, buffer.length * 2));
    }
    System.arraycopy(bytes, 0, buffer, length, count);
    length += count;
  }

  private void scan() {
    byte[] source = buffer;
    int end = length;
    int at = next;
    if (feedMayFollow && at < end) {
      // The line ended with the carriage return, the last byte of the bytes before.
      feedMayFollow = false;
      if (source[at] == '\n') {
        eventStart = eventStart == at ? at + 1 : eventStart;
        lineStart = ++at;
      }
    }
    while (at < end && !stopped) {
      byte b = source[at];
      if (b != '\n' && b != '\r') {
        at++;
        continue;
      }
      int after = at + 1;
      if (b == '\r') {
        if (after == end) {
          feedMayFollow = true;
        } else if (source[after] == '\n') {
          after++;
        }
      }
      line(lineStart, at, after);
      lineStart = after;
      at = after;
    }
    next = at;
  }

  private void compact() {
    if (eventStart == 0) {
      return;
    }
    int keep = length - eventStart;
    System.arraycopy(buffer, eventStart, buffer, 0, keep);
    next -= eventStart;
    lineStart -= eventStart;
    dataStart = dataStart < 0 ? -1 : dataStart - eventStart;
    dataEnd -= eventStart;
    length = keep;
    eventStart = 0;
    if (keep == 0 && buffer.length > 16 * FIRST_CAPACITY) {
      buffer = new byte[FIRST_CAPACITY];
    }
  }

  private void line(int start, int end, int after) {
    if (start == end) {
      dispatch(after);
      return;
    }
    int colon = start;
    while (colon < end && buffer[colon] != ':') {
      colon++;
    }
    int value = colon + 1 < end && buffer[colon + 1] == ' ' ? colon + 2 : Math.min(colon + 1, end);
    if (is(DATA, start, colon)) {
      if (bare) {
        dispatch(start);
      }
      if (!stopped) {
        data(value, end);
      }
    } else if (bare) {
      data(start, end);
    } else if (isJson(start, end)) {
      bareJson(start, end, after);
    } else if (colon < end && isError(start, colon)) {
      kind = Kind.ERROR;
      data(value, end);
      otherLines = true;
    } else {
      other(start, colon, value, end);
      if (dataStart < 0) {
        eventStart = after; // What was ignored need not be kept.
      } else {
        otherLines = true;
      }
    }
  }

  /** A line that carries no data. */
  private void other(int start, int colon, int value, int end) {
    if (is(EVENT, start, colon)) {
      kind = kindOf(value, end);
    } else if (colon > start && !is(ID, start, colon) && !is(RETRY, start, colon)) {
      noteStray(start, end);
    }
  }

  private Kind kindOf(int start, int end) {
    if (isError(start, end)) {
      return Kind.ERROR;
    }
    for (byte[] heartbeat : HEARTBEATS) {
      if (is(heartbeat, start, end)) {
        return Kind.HEARTBEAT;
      }
    }
    return Kind.MESSAGE;
  }

  private boolean isJson(int start, int end) {
    int at = start;
    while (at < end && (buffer[at] == ' ' || buffer[at] == '\t')) {
      at++;
    }
    return at < end && (buffer[at] == '{' || buffer[at] == '[');
  }

  /** A line of JSON by itself, or the first of several: those end with an empty line. */
  private void bareJson(int start, int end, int after) {
    if (dataStart >= 0) {
      dispatch(start);
      if (stopped) {
        return;
      }
    }
    data(start, end);
    bare = true;
    otherLines = true;
    if (listener.isWhole(buffer, start, end)) {
      dispatch(after);
    }
  }

  private void data(int start, int end) {
    if (dataStart < 0) {
      dataStart = start;
      dataEnd = end;
      return;
    }
    if (joined == null) {
      joined = new ByteArrayOutputStream();
      joined.write(buffer, dataStart, dataEnd - dataStart);
    }
    // The standard joins lines with a line feed; to JSON a space is the same, and keeps one line.
    joined.write(' ');
    joined.write(buffer, start, end - start);
  }

  private void dispatch(int after) {
    ByteArrayOutputStream several = joined;
    Kind ofEvent = kind;
    int start = dataStart;
    boolean plain =
        !otherLines
            && several == null
            && start - eventStart == DATA.length + 2
            && after - dataEnd == 2
            && buffer[dataEnd] == '\n'
            && buffer[after - 1] == '\n';
    eventStart = after;
    dataStart = -1;
    joined = null;
    otherLines = false;
    bare = false;
    kind = Kind.MESSAGE;
    if (several != null) {
      byte[] all = several.toByteArray();
      listener.event(all, 0, all.length, false, ofEvent);
    } else if (start >= 0 && dataEnd > start) {
      listener.event(buffer, start, dataEnd, plain, ofEvent);
    } else if (ofEvent == Kind.ERROR) {
      listener.event(buffer, 0, 0, false, ofEvent);
    }
  }

  private void noteStray(int start, int end) {
    int count = Math.min(end - start, MAX_STRAY_BYTES - strayBytes);
    if (count <= 0) {
      return;
    }
    if (stray.length == 0) {
      stray = new byte[MAX_STRAY_BYTES + 1];
    }
    System.arraycopy(buffer, start, stray, strayBytes, count);
    strayBytes += count;
    stray[strayBytes++] = '\n';
  }

  /** The word in any case: {@code error}, {@code Error}. */
  private boolean isError(int start, int end) {
    if (end - start != ERROR.length) {
      return false;
    }
    for (int i = 0; i < ERROR.length; i++) {
      if ((buffer[start + i] | 0x20) != ERROR[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean is(byte[] word, int start, int end) {
    return Arrays.equals(word, 0, word.length, buffer, start, end);
  }
}
