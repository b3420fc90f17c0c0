package dev.weft.gateway.http.framing;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bytes of one HTTP/1.1 connection as RFC 9112 has them and as narrowly as it allows, and
 * stops at the first byte that is otherwise. It finds what a decoder that is kinder has smoothed
 * over by the time it hands out a request: folded headers, bare line feeds, blanks where none
 * belong, several lengths, codings beside {@code chunked}.
 *
 * <p>Each byte is looked at once, bodies of known length are skipped, and it keeps at most one
 * short value. Not thread-safe.
 */
final class RequestScanner implements ByteProcessor {
  /** Of a value that matters; one that is longer is none of the values that are known. */
  private static final int LONGEST_KEPT = 24;

  /** Digits of a length; 2^59 bytes are beyond any limit. */
  private static final int MOST_LENGTH_DIGITS = 17;

  private static final int MOST_SIZE_DIGITS = 8;

  /**
   * Bytes of chunk extensions and trailers in one request, which are read over: less than a line
   * that the decoder gives up on without an answer.
   */
  private static final int MOST_EXTRAS = 4_096;

  private static final String SIZE_FAULT =
      "The size of a chunk is not 1 to 8 hexadecimal digits, perhaps with an extension.";

  private static final byte[] TOKEN = tokenCharacters();

  private static final String HTTP_1_1 = "HTTP/1.1";
  private static final String HTTP_1_0 = "HTTP/1.0";
  private static final String CONNECT = "connect";
  private static final String LENGTH = "content-length";
  private static final String CODING = "transfer-encoding";
  private static final String OLD_WEBSOCKET = "sec-websocket-key";

  /** What decides how a request is read or whose it is comes before its body. */
  private static final Set<String> NO_TRAILERS =
      Set.of(LENGTH, CODING, "host", "authorization", "x-api-key");

  private enum State {
    BEFORE,
    BEFORE_LF,
    METHOD,
    TARGET,
    VERSION,
    LINE_LF,
    FIELD,
    NAME,
    BEFORE_VALUE,
    VALUE,
    FIELD_LF,
    HEAD_LF,
    BODY,
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    LAST_LF,
    STOPPED
  }

  private State state = State.BEFORE;
  private @Nullable FramingFault fault;
  private final StringBuilder kept = new StringBuilder(LONGEST_KEPT);
  private boolean blankBefore;
  private boolean emptyTarget;
  private boolean http10;
  private String field = "";
  private int lengths;
  private int codings;
  private long length;
  private long left;
  private int digits;
  private boolean extended;
  private boolean quoted;
  private boolean escaped;
  private boolean trailer;
  private int extras;
  private boolean inBody;

  /**
   * Reads on.
   *
   * @return the offset of the first byte that is not in order; the end of the bytes when all are
   */
  int scan(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end && state != State.STOPPED) {
      if (state == State.BODY || state == State.DATA) {
        int taken = (int) Math.min(left, end - at);
        left -= taken;
        at += taken;
        if (left == 0) {
          if (state == State.BODY) {
            next();
          } else {
            state = State.DATA_CR;
          }
        }
      } else {
        int stopped = bytes.forEachByte(at, end - at, this);
        at = stopped < 0 ? end : fault == null ? stopped + 1 : stopped;
      }
    }
    return at;
  }

  /** Why it has stopped; null when it has not. */
  @Nullable FramingFault fault() {
    return fault;
  }

  /** Whether it has stopped after the head of a request was whole: in its body. */
  boolean inBody() {
    return inBody;
  }

  /** Takes a byte; false to be called no more for this state. */
  @Override
  public boolean process(byte value) {
    int c = value & 0xff;
    if ((trailer || state == State.EXTENSION) && ++extras > MOST_EXTRAS) {
      stop(FramingFault.malformed("Chunk extensions and trailers are too long."));
      return false;
    }
    switch (state) {
      case BEFORE -> before(c);
      case BEFORE_LF -> state = expect(c, '\n') ? State.METHOD : state;
      case METHOD -> method(c);
      case TARGET -> target(c);
      case VERSION -> version(c);
      case LINE_LF -> state = expect(c, '\n') ? State.FIELD : state;
      case FIELD -> field(c);
      case NAME -> name(c);
      case BEFORE_VALUE -> beforeValue(c);
      case VALUE -> value(c);
      case FIELD_LF -> state = expect(c, '\n') ? State.FIELD : state;
      case HEAD_LF -> headEnd(c);
      case SIZE -> size(c);
      case EXTENSION -> extension(c);
      case SIZE_LF -> sizeEnd(c);
      case DATA_CR -> state = expect(c, '\r') ? State.DATA_LF : state;
      case DATA_LF -> state = expect(c, '\n') ? size() : state;
      case LAST_LF -> {
        if (expect(c, '\n')) {
          next();
        }
      }
      case BODY, DATA, STOPPED -> {}
    }
    return state != State.STOPPED && state != State.BODY && state != State.DATA;
  }

  /** One empty line is let pass: some clients end a body with it. */
  private void before(int c) {
    if (c == '\r' && !blankBefore) {
      blankBefore = true;
      state = State.BEFORE_LF;
    } else {
      state = State.METHOD;
      method(c);
    }
  }

  private void method(int c) {
    if (TOKEN[c] != 0) {
      keep(TOKEN[c]);
    } else if (c == ' ' && !kept.isEmpty()) {
      if (CONNECT.contentEquals(kept)) {
        stop(FramingFault.unsupported("This server is no proxy: it has no method CONNECT."));
        return;
      }
      kept.setLength(0);
      emptyTarget = true;
      state = State.TARGET;
    } else {
      stop(FramingFault.malformed("The request line does not begin with a method."));
    }
  }

  private void target(int c) {
    if (c == ' ' && !emptyTarget) {
      state = State.VERSION;
    } else if (c <= ' ' || c == 0x7f) {
      stop(FramingFault.malformed("The request line is not: method, blank, URL, blank, version."));
    } else {
      emptyTarget = false;
    }
  }

  private void version(int c) {
    if (c != '\r') {
      if (c <= ' ' || c >= 0x7f) {
        stop(
            FramingFault.malformed("The request line is not: method, blank, URL, blank, version."));
      } else {
        keep((char) c);
      }
      return;
    }
    http10 = HTTP_1_0.contentEquals(kept);
    if (http10 || HTTP_1_1.contentEquals(kept)) {
      kept.setLength(0);
      state = State.LINE_LF;
    } else {
      stop(FramingFault.unsupported("Speak HTTP/1.1, HTTP/1.0, or HTTP/2."));
    }
  }

  private void field(int c) {
    if (c == '\r') {
      state = trailer ? State.LAST_LF : State.HEAD_LF;
    } else if (c == ' ' || c == '\t') {
      stop(FramingFault.malformed("A header is folded: each must be one line."));
    } else {
      kept.setLength(0);
      state = State.NAME;
      name(c);
    }
  }

  private void name(int c) {
    if (TOKEN[c] != 0) {
      keep(TOKEN[c]);
    } else if (c == ':' && !kept.isEmpty()) {
      nameEnd();
    } else {
      stop(FramingFault.malformed("A header's name is not letters and digits up to a colon."));
    }
  }

  private void nameEnd() {
    if (trailer) {
      if (NO_TRAILERS.contains(kept.toString())) {
        stop(FramingFault.malformed("The header " + kept + " cannot come after the body."));
        return;
      }
      kept.setLength(0);
      state = State.BEFORE_VALUE;
      return;
    }
    // Most names are of another length, and are not made a string of.
    int size = kept.length();
    field = size < LENGTH.length() || size > OLD_WEBSOCKET.length() + 1 ? "" : kept.toString();
    if (field.startsWith(OLD_WEBSOCKET) && field.length() > OLD_WEBSOCKET.length()) {
      // Drafts before RFC 6455: the decoder takes eight bytes after the head for a body.
      stop(FramingFault.unsupported("WebSockets are not offered."));
      return;
    }
    if (field.equals(LENGTH)) {
      lengths++;
    } else if (field.equals(CODING)) {
      codings++;
    } else {
      field = "";
    }
    kept.setLength(0);
    state = State.BEFORE_VALUE;
  }

  private void beforeValue(int c) {
    if (c != ' ' && c != '\t') {
      state = State.VALUE;
      value(c);
    }
  }

  private void value(int c) {
    if (c >= ' ' && c != 0x7f || c == '\t') {
      if (!field.isEmpty()) {
        keep(c < 0x80 ? (char) lower(c) : '?');
      }
    } else if (c == '\r') {
      if (!field.isEmpty() && !valueEnd()) {
        return;
      }
      state = State.FIELD_LF;
    } else {
      stop(FramingFault.malformed("A header holds a control character."));
    }
  }

  private boolean valueEnd() {
    String value = kept.toString();
    int end = value.length();
    while (end > 0 && (value.charAt(end - 1) == ' ' || value.charAt(end - 1) == '\t')) {
      end--;
    }
    value = value.substring(0, end);
    if (field.equals(CODING)) {
      if (!value.equals("chunked")) {
        stop(FramingFault.unsupported("Transfer-Encoding must be exactly 'chunked', once."));
        return false;
      }
    } else {
      length = digits(value);
      if (length < 0) {
        stop(FramingFault.malformed("Content-Length is no number."));
        return false;
      }
    }
    return true;
  }

  private static long digits(String value) {
    if (value.isEmpty() || value.length() > MOST_LENGTH_DIGITS) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private void headEnd(int c) {
    if (!isLineFeed(c)) {
      return;
    }
    if (lengths > 1) {
      stop(FramingFault.malformed("Content-Length is given more than once."));
    } else if (codings > 1) {
      stop(FramingFault.malformed("Transfer-Encoding is given more than once."));
    } else if (codings == 1 && lengths == 1) {
      stop(FramingFault.malformed("Content-Length and Transfer-Encoding exclude each other."));
    } else if (codings == 1 && http10) {
      stop(FramingFault.malformed("HTTP/1.0 has no Transfer-Encoding."));
    } else if (codings == 1) {
      inBody = true;
      state = size();
    } else if (lengths == 1 && length > 0) {
      inBody = true;
      left = length;
      state = State.BODY;
    } else {
      next();
    }
  }

  private State size() {
    left = 0;
    digits = 0;
    extended = false;
    quoted = false;
    escaped = false;
    return State.SIZE;
  }

  private void size(int c) {
    int digit = Character.digit(c, 16);
    if (c < 0x80 && digit >= 0 && digits < MOST_SIZE_DIGITS) {
      left = left << 4 | digit;
      digits++;
    } else if (c == '\r' && digits > 0 && left <= Integer.MAX_VALUE) {
      state = State.SIZE_LF;
    } else if ((c == ';' || c == ' ' || c == '\t') && digits > 0 && left <= Integer.MAX_VALUE) {
      state = State.EXTENSION;
      extension(c);
    } else {
      stop(FramingFault.malformed(SIZE_FAULT));
    }
  }

  /** Extensions say nothing to us, and are read over (RFC 9112 section 7.1.1). */
  private void extension(int c) {
    if (c == '\r') {
      // A line end within quotes is read in two ways, and blanks alone are no extension.
      if (quoted || !extended) {
        stop(FramingFault.malformed(SIZE_FAULT));
      } else {
        state = State.SIZE_LF;
      }
    } else if (c < ' ' && c != '\t' || c == 0x7f || !extended && "; \t".indexOf(c) < 0) {
      stop(FramingFault.malformed(SIZE_FAULT));
    } else if (escaped) {
      escaped = false;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      escaped = c == '\\';
    } else {
      extended |= c == ';';
    }
  }

  private void sizeEnd(int c) {
    if (isLineFeed(c)) {
      trailer = left == 0;
      field = "";
      state = trailer ? State.FIELD : State.DATA;
    }
  }

  private boolean expect(int c, char expected) {
    if (expected == '\n') {
      return isLineFeed(c);
    }
    if (c != expected) {
      stop(FramingFault.malformed("A chunk is longer than its size."));
      return false;
    }
    return true;
  }

  private boolean isLineFeed(int c) {
    if (c != '\n') {
      stop(FramingFault.malformed("A line does not end with CR LF."));
      return false;
    }
    return true;
  }

  private void next() {
    state = State.BEFORE;
    blankBefore = false;
    lengths = 0;
    codings = 0;
    inBody = false;
    trailer = false;
    extras = 0;
    kept.setLength(0);
  }

  private void stop(FramingFault found) {
    fault = found;
    state = State.STOPPED;
  }

  private void keep(int c) {
    if (kept.length() < LONGEST_KEPT) {
      kept.append((char) c);
    } else {
      // Not the beginning alone, which could be a value that is known.
      kept.setCharAt(LONGEST_KEPT - 1, '?');
    }
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }

  /** What names are made of (RFC 9110 section 5.6.2), each as its lower case; 0 for the rest. */
  private static byte[] tokenCharacters() {
    byte[] token = new byte[256];
    for (char c = '!'; c < 0x7f; c++) {
      boolean sign = "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      if (sign || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
        token[c] = (byte) lower(c);
      }
    }
    return token;
  }
}
