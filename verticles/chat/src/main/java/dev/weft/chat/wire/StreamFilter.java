package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns a provider's event stream into the one the client gets: data lines alone, in the provider's
 * own bytes; usage in one chunk at the end and only when asked for; {@code [DONE]} only when the
 * provider finished. What is wrong in the stream ends it. For one thread; does no I/O.
 *
 * <p>A stream is done when the provider says {@code [DONE]} after at least one choice, or when it
 * ends properly after every choice has said why it ended. All else is a failure.
 */
public final class StreamFilter {

  /** Events longer than this are refused: they would have to be kept whole in memory. */
  public static final int MAX_EVENT_BYTES = 4 << 20;

  /** Bytes after which gathered events are handed on, so that one item of a stream stays small. */
  static final int ITEM_BYTES = 16_384;

  private static final int FIRST_CAPACITY = 2_048;

  private static final byte[] DATA = "data: ".getBytes(US_ASCII);
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(US_ASCII);
  private static final byte[] DONE_DATA = "[DONE]".getBytes(US_ASCII);

  private final Options options;
  private final Consumer<byte[]> items;
  private final SseScanner scanner;
  private final ChunkScan scan = new ChunkScan();

  private byte[] gathered = new byte[FIRST_CAPACITY];
  private int gatheredBytes;
  private State state = State.OPEN;
  private @Nullable Failure failure;
  private boolean first = true;
  private int finished;
  private boolean choices;
  private Usage usage = Usage.NONE;
  private byte @Nullable [] heldUsage;

  /**
   * @param usageWanted whether the client asked for the usage chunk
   * @param choices how many answers the client asked for
   * @param extension JSON to put on the first event as the field {@code weft}; null for none
   * @param listener sees each event with choices; null when nobody needs to
   */
  public record Options(
      boolean usageWanted,
      int choices,
      @Nullable String extension,
      @Nullable ChunkListener listener) {}

  /** Sees events that go to the client. */
  public interface ChunkListener {
    /** The JSON of an event; the bytes are valid during the call only. */
    void chunk(byte[] source, int from, int to);
  }

  /** How far the stream is. */
  public enum State {
    OPEN,
    /** The provider finished; {@link #finish} sends what is left. */
    DONE,
    /** The stream is broken; see {@link #failure}. */
    FAILED
  }

  /**
   * What is wrong with the stream.
   *
   * @param message what the provider did, to follow its name in a sentence
   * @param error the JSON of the provider's error; null when it gave none
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record Failure(String message, byte @Nullable [] error) {}

  /**
   * @param items takes pieces of the client's stream, cut at event boundaries; called during the
   *     other methods
   */
  public StreamFilter(Options options, Consumer<byte[]> items) {
    this.options = options;
    this.items = items;
    this.scanner = new SseScanner(new Events(), MAX_EVENT_BYTES);
  }

  /** Takes the provider's next bytes. */
  public void feed(byte[] bytes, int count) {
    if (state == State.OPEN) {
      scanner.feed(bytes, count);
    }
  }

  /** The provider ended its answer properly, as far as the transport can tell. */
  public void end() {
    if (state != State.OPEN) {
      return;
    }
    scanner.end();
    if (state != State.OPEN) {
      return;
    }
    if (choices && finished >= options.choices()) {
      state = State.DONE;
    } else {
      fail("ended its answer without finishing it: the answer is truncated", null);
    }
  }

  /** Hands on what was gathered. */
  public void flush() {
    if (gatheredBytes > 0) {
      byte[] item = Arrays.copyOf(gathered, gatheredBytes);
      gatheredBytes = 0;
      if (gathered.length > 4 * ITEM_BYTES) {
        gathered = new byte[FIRST_CAPACITY];
      }
      items.accept(item);
    }
  }

  /** Sends the last events of a stream that is done: usage when asked for, and {@code [DONE]}. */
  public void finish() {
    byte[] held = heldUsage;
    if (held != null && options.usageWanted()) {
      gatherEvent(held, 0, held.length);
    }
    gather(DONE, 0, DONE.length);
    flush();
  }

  public State state() {
    return state;
  }

  /** What went wrong; null unless {@link State#FAILED}. */
  public @Nullable Failure failure() {
    return failure;
  }

  /** The last usage seen. */
  public Usage usage() {
    return usage;
  }

  /** Whether an event with choices has come. */
  public boolean started() {
    return choices;
  }

  private void fail(String message, byte @Nullable [] error) {
    state = State.FAILED;
    failure = new Failure(message, error);
    scanner.stop();
  }

  private final class Events implements SseScanner.Listener {

    @Override
    public void event(byte[] source, int from, int to, boolean plain, boolean error) {
      if (isDone(source, from, to)) {
        done();
        return;
      }
      if (!scan.scan(source, from, to)) {
        fail("sent an event that is not JSON", null);
      } else if (scan.hasError()) {
        fail(
            "reported an error in the middle of its answer",
            Arrays.copyOfRange(source, scan.errorStart(), scan.errorEnd()));
      } else if (error) {
        fail("reported an error in the middle of its answer", Arrays.copyOfRange(source, from, to));
      } else {
        chunk(source, from, to, plain);
      }
    }

    @Override
    public void garbage() {
      fail("sent something that is no event stream", null);
    }

    @Override
    public void tooLarge() {
      fail("sent an event of more than " + MAX_EVENT_BYTES + " bytes", null);
    }
  }

  private void done() {
    if (choices) {
      state = State.DONE;
    } else {
      fail("ended its answer before it began", null);
    }
    scanner.stop();
  }

  private void chunk(byte[] source, int from, int to, boolean plain) {
    boolean content = scan.hasChoices() && !scan.choicesEmpty();
    finished += scan.finished();
    choices |= content;
    if (content && options.listener() != null) {
      options.listener().chunk(source, from, to);
    }
    boolean extend = first && options.extension() != null;
    if (!scan.hasUsage() && !extend) {
      if (!scan.hasChoices()) {
        return; // Clients need the list of choices in every chunk, and this one says nothing.
      }
      first = false;
      if (plain) {
        gather(source, from - DATA.length, to - from + DATA.length + 2);
      } else {
        gatherEvent(source, from, to);
      }
      return;
    }
    try {
      rewrite(Fields.ofObject(Arrays.copyOfRange(source, from, to)), content);
    } catch (IOException twins) {
      fail("sent an event that names a field twice", null);
    }
  }

  /**
   * The rare events. A client takes a chunk with usage for the last one and ignores its choices
   * (openai-java), so usage is held back and goes out alone.
   */
  private void rewrite(Fields fields, boolean content) {
    if (scan.hasUsage()) {
      Fields.Field field = fields.get("usage");
      if (field != null) {
        usage = Usage.read(fields.bytes(), field.start(), field.end());
      }
      heldUsage = new ObjectEdit(fields).put("choices", "[]").bytes();
      if (!content) {
        return;
      }
    }
    ObjectEdit edit = new ObjectEdit(fields);
    if (scan.hasUsage()) {
      if (options.usageWanted()) {
        edit.put("usage", "null");
      } else {
        edit.remove("usage");
      }
    }
    if (first && options.extension() != null) {
      edit.put("weft", options.extension());
    }
    first = false;
    byte[] event = edit.bytes();
    gatherEvent(event, 0, event.length);
  }

  private static boolean isDone(byte[] source, int from, int to) {
    int end = to;
    while (end > from && source[end - 1] == ' ') {
      end--;
    }
    return end - from == DONE_DATA.length
        && Arrays.equals(source, from, end, DONE_DATA, 0, DONE_DATA.length);
  }

  private void gatherEvent(byte[] source, int from, int to) {
    int count = to - from;
    room(count + DATA.length + 2);
    System.arraycopy(DATA, 0, gathered, gatheredBytes, DATA.length);
    System.arraycopy(source, from, gathered, gatheredBytes + DATA.length, count);
    gatheredBytes += DATA.length + count;
    gathered[gatheredBytes++] = '\n';
    gathered[gatheredBytes++] = '\n';
    flushWhenFull();
  }

  private void gather(byte[] source, int from, int count) {
    room(count);
    System.arraycopy(source, from, gathered, gatheredBytes, count);
    gatheredBytes += count;
    flushWhenFull();
  }

  private void room(int count) {
    if (gathered.length - gatheredBytes < count) {
      gathered = Arrays.copyOf(gathered, Math.max(gatheredBytes + count, gathered.length * 2));
    }
  }

  private void flushWhenFull() {
    if (gatheredBytes >= ITEM_BYTES) {
      flush();
    }
  }
}
