package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into the events of an event stream (WHATWG HTML, section 9.2), wherever
 * the bytes were split on their way. Each byte is looked at once. For one thread.
 */
public final class SseScanner {

  /** What becomes of the events. */
  interface Listener {

    /**
     * An event with data. The bytes are valid during the call only.
     *
     * @param plain whether the event is exactly {@code data: …} and two line feeds in the source,
     *     so that its bytes can be copied from 6 before {@code from} to 2 after {@code to}
     * @param error whether the event calls itself an error
     */
    void event(byte[] source, int from, int to, boolean plain, boolean error);

    /** A line that belongs to no event stream; nothing is called after it. */
    void garbage();

    /** An event longer than the limit; nothing is called after it. */
    void tooLarge();
  }

  private static final byte[] DATA = "data".getBytes(US_ASCII);
  private static final byte[] EVENT = "event".getBytes(US_ASCII);
  private static final byte[] ID = "id".getBytes(US_ASCII);
  private static final byte[] RETRY = "retry".getBytes(US_ASCII);
  private static final byte[] ERROR = "error".getBytes(US_ASCII);
  private static final int FIRST_CAPACITY = 4_096;

  private final Listener listener;
  private final int maxEventBytes;

  private byte[] buffer = new byte[FIRST_CAPACITY];
  private int length;
  private int next;
  private int eventStart;
  private int lineStart;
  private boolean stopped;

  private int dataStart = -1;
  private int dataEnd;
  private boolean otherLines;
  private boolean errorEvent;
  private @Nullable ByteArrayOutputStream joined;

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
    scan(false);
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
    scan(true);
    if (!stopped && length > lineStart) {
      line(lineStart, length, length);
    }
    if (!stopped) {
      dispatch(length);
    }
    stopped = true;
  }

  /** Listens no more, and lets go of what is buffered. */
  void stop() {
    stopped = true;
    buffer = new byte[0];
  }

  private void append(byte[] bytes, int count) {
    if (buffer.length - length < count) {
      buffer = Arrays.copyOf(buffer, Math.max(length + count, buffer.length * 2));
    }
    System.arraycopy(bytes, 0, buffer, length, count);
    length += count;
  }

  private void scan(boolean last) {
    byte[] source = buffer;
    int end = length;
    int at = next;
    while (at < end && !stopped) {
      byte b = source[at];
      if (b != '\n' && b != '\r') {
        at++;
        continue;
      }
      int after = at + 1;
      if (b == '\r') {
        if (after == end && !last) {
          break; // A line feed may follow in the next bytes.
        }
        if (after < end && source[after] == '\n') {
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
    if (buffer[start] == ':') {
      otherLines = true;
      return;
    }
    int colon = start;
    while (colon < end && buffer[colon] != ':') {
      colon++;
    }
    int value = colon + 1 < end && buffer[colon + 1] == ' ' ? colon + 2 : Math.min(colon + 1, end);
    if (is(DATA, start, colon)) {
      data(value, end);
    } else if (is(EVENT, start, colon)) {
      otherLines = true;
      errorEvent = is(ERROR, value, end);
    } else if (is(ID, start, colon) || is(RETRY, start, colon)) {
      otherLines = true;
    } else {
      stopped = true;
      listener.garbage();
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
    if (several != null) {
      byte[] all = several.toByteArray();
      listener.event(all, 0, all.length, false, errorEvent);
    } else if (dataStart >= 0 && dataEnd > dataStart) {
      boolean plain =
          !otherLines
              && dataStart - eventStart == DATA.length + 2
              && after - dataEnd == 2
              && buffer[dataEnd] == '\n';
      listener.event(buffer, dataStart, dataEnd, plain, errorEvent);
    }
    eventStart = after;
    dataStart = -1;
    joined = null;
    otherLines = false;
    errorEvent = false;
  }

  private boolean is(byte[] word, int start, int end) {
    return Arrays.equals(word, 0, word.length, buffer, start, end);
  }
}
