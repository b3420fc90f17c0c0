package dev.weft.chat.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns a provider's event stream into the one the client gets: data lines alone, in the provider's
 * own bytes; usage in one chunk at the end and only when asked for; {@code [DONE]} only when the
 * provider finished. What is wrong in the stream ends it. For one thread; does no I/O.
 *
 * <p>A chunk is an object with a list of {@code choices}. Beside it are understood: usage by
 * itself; an object with nothing but names, dates and the like, or of the type {@code ping}, which
 * says nothing; sources, filter results and other known matter about the answer, which goes on with
 * an empty list of choices; a whole answer in one event, which becomes a stream. An event that
 * reports a failure, in whatever shape, ends the stream with the provider's words, and so does one
 * that is none of these: nothing a provider says is passed over.
 *
 * <p>A choice has finished when it gives a reason that is more than blank, each index for itself. A
 * stream is done when all that were asked for and all that began have finished and it ends, or when
 * the provider says {@code [DONE]} after at least one choice and either every choice that began has
 * finished or none ever gave a reason. All else is a failure.
 */
public final class StreamFilter {

  /** Bytes after which gathered events are handed on, so that one item of a stream stays small. */
  static final int ITEM_BYTES = 16_384;

  private static final int FIRST_CAPACITY = 2_048;

  private static final String UNFINISHED =
      "ended its answer without finishing it: the answer is truncated";

  /** What is kept of an event that reports a failure. */
  private static final int MAX_WORDS_BYTES = 65_536;

  private static final byte[] DATA = "data: ".getBytes(US_ASCII);
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(US_ASCII);
  private static final byte[] DONE_DATA = "[DONE]".getBytes(US_ASCII);

  /** Fields that say nothing by themselves. */
  private static final Set<String> PLUMBING =
      Set.of(
          "id",
          "object",
          "created",
          "model",
          "usage",
          "provider",
          "service_tier",
          "system_fingerprint",
          "obfuscation",
          "nonce");

  /** Fields about an answer that may come without choices. */
  private static final Set<String> MATTER =
      Set.of(
          "prompt_filter_results",
          "prompt_annotations",
          "citations",
          "search_results",
          "sources",
          "images",
          "related_questions",
          "metadata",
          "timings",
          "x_groq");

  private static final Set<String> HEARTBEATS =
      Set.of("ping", "heartbeat", "keepalive", "keep-alive");

  private final Options options;
  private final Consumer<byte[]> items;
  private final SseScanner scanner;
  private final ChunkScan scan = new ChunkScan();
  private final ChunkScan lineScan = new ChunkScan();
  private final BitSet seen = new BitSet();
  private final BitSet finished = new BitSet();

  private byte[] gathered = new byte[FIRST_CAPACITY];
  private int gatheredBytes;
  private State state = State.OPEN;
  private @Nullable Failure failure;
  private boolean first = true;
  private boolean cutting;
  private long chunks;
  private int repaired;
  private Usage usage = Usage.NONE;
  private byte @Nullable [] heldUsage;

  /**
   * @param usageWanted whether the client asked for the usage chunk
   * @param choices how many answers the client asked for
   * @param extension JSON to put on the first event as the field {@code weft}; null for none
   * @param listener sees each event with choices; null when nobody needs to
   * @param maxEventBytes events longer than this are refused: they have to be kept whole in memory
   */
  public record Options(
      boolean usageWanted,
      int choices,
      @Nullable String extension,
      @Nullable ChunkListener listener,
      int maxEventBytes) {}

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

  /** What kind of failure it is. */
  public enum Fault {
    /** The provider said that it failed. */
    REPORTED,
    /** The provider ended or left before the answer did. */
    TRUNCATED,
    /** The provider sent what no answer has. */
    NONSENSE,
    /** There was nothing of an event stream. */
    NO_STREAM,
    /** An event was longer than the limit. */
    TOO_LARGE
  }

  /**
   * What is wrong with the stream.
   *
   * @param message what the provider did, to follow its name in a sentence
   * @param words what the provider said, JSON or text; null when it said nothing
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record Failure(Fault fault, String message, byte @Nullable [] words) {}

  /**
   * @param items takes pieces of the client's stream, cut at event boundaries; called during the
   *     other methods
   */
  public StreamFilter(Options options, Consumer<byte[]> items) {
    this.options = options;
    this.items = items;
    this.scanner = new SseScanner(new Events(), options.maxEventBytes());
  }

  /** Takes the provider's next bytes. */
  public void feed(byte[] bytes, int count) {
    if (state == State.OPEN) {
      scanner.feed(bytes, count);
    }
  }

  /** The provider ended its answer properly, as far as the transport can tell. */
  public void end() {
    if (state == State.OPEN) {
      scanner.end();
      conclude(UNFINISHED);
    }
  }

  /** The connection broke. What came last may still be the end, or say why. */
  public void cut() {
    if (state == State.OPEN) {
      cutting = true;
      scanner.end();
      conclude("closed the connection within its answer: the answer is truncated");
    }
  }

  private void conclude(String otherwise) {
    if (state != State.OPEN) {
      return;
    }
    if (complete()) {
      state = State.DONE;
    } else {
      boolean nothing = chunks == 0 && !cutting;
      String stray = scanner.stray().strip();
      fail(
          nothing ? Fault.NO_STREAM : Fault.TRUNCATED,
          nothing ? "sent no answer" : otherwise,
          stray.isEmpty() ? null : stray.getBytes(UTF_8));
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

  /** Bytes of an event that has not come whole yet. */
  public int buffered() {
    return scanner.buffered();
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
    return chunks > 0;
  }

  /** How many events with choices have come. */
  public long chunks() {
    return chunks;
  }

  /** How many events had bytes that had to be mended. */
  public int repaired() {
    return repaired;
  }

  /** Whether every answer that was asked for or has begun has said why it ended. */
  public boolean complete() {
    return chunks > 0
        && finished.cardinality() >= options.choices()
        && finished.cardinality() == seen.cardinality();
  }

  private void fail(Fault fault, String message, byte @Nullable [] words) {
    state = State.FAILED;
    failure = new Failure(fault, message, words);
    scanner.stop();
  }

  private static byte[] words(byte[] source, int from, int to) {
    return Arrays.copyOfRange(source, from, Math.min(to, from + MAX_WORDS_BYTES));
  }

  private final class Events implements SseScanner.Listener {

    @Override
    public void event(byte[] source, int from, int to, boolean plain, SseScanner.Kind kind) {
      int start = from;
      while (start < to && (source[start] == ' ' || source[start] == '\t')) {
        start++;
      }
      if (kind == SseScanner.Kind.ERROR) {
        reported(source, start, to);
      } else if (kind == SseScanner.Kind.MESSAGE && start < to) {
        if (isDone(source, start, to)) {
          done();
        } else {
          read(source, start, to, plain && start == from);
        }
      }
    }

    @Override
    public boolean isWhole(byte[] source, int from, int to) {
      return lineScan.scan(source, from, to);
    }

    @Override
    public void tooLarge() {
      fail(
          Fault.TOO_LARGE,
          "sent an event of more than " + options.maxEventBytes() + " bytes",
          null);
    }
  }

  private void reported(byte[] source, int from, int to) {
    fail(
        Fault.REPORTED,
        chunks > 0 ? "reported an error in the middle of its answer" : "reported an error",
        from < to ? words(source, from, to) : null);
  }

  private void nonsense(String message, byte[] source, int from, int to) {
    if (!cutting) { // else it is half of something
      fail(Fault.NONSENSE, message, words(source, from, to));
    }
  }

  private void done() {
    if (chunks == 0) {
      fail(Fault.TRUNCATED, "ended its answer before it began", null);
    } else if (finished.isEmpty() ? !scanner.stray().isBlank() : !finished.equals(seen)) {
      conclude(UNFINISHED);
    } else {
      state = State.DONE;
    }
    scanner.stop();
  }

  private void read(byte[] source, int from, int to, boolean plain) {
    if (scan.scan(source, from, to)) {
      understood(source, from, to, plain);
      return;
    }
    byte[] mended = JsonRepair.mend(source, from, to);
    if (mended != null && scan.scan(mended, 0, mended.length)) {
      repaired++;
      understood(mended, 0, mended.length, false);
    } else {
      nonsense(
          source[from] == '['
              ? "sent an event that is no part of an answer"
              : "sent an event that is not JSON",
          source,
          from,
          to);
    }
  }

  private void understood(byte[] source, int from, int to, boolean plain) {
    if (scan.hasError()) {
      reported(source, scan.errorStart(), scan.errorEnd());
    } else if (!scan.hasChoices()) {
      withoutChoices(source, from, to);
    } else if (scan.hasMessages() && !scan.choicesEmpty() && chunks == 0) {
      for (byte[] event : WholeAnswer.events(source, from, to)) {
        if (state == State.OPEN) {
          read(event, 0, event.length, false);
        }
      }
    } else {
      chunk(source, from, to, plain);
    }
  }

  private void chunk(byte[] source, int from, int to, boolean plain) {
    boolean content = !scan.choicesEmpty();
    if (content) {
      chunks++;
      scanner.forgetStray();
      for (int i = 0; i < scan.choices(); i++) {
        seen.set(scan.index(i));
        if (scan.finished(i)) {
          finished.set(scan.index(i));
        }
      }
      if (options.listener() != null) {
        options.listener().chunk(source, from, to);
      }
    }
    boolean extend = first && options.extension() != null;
    if (!scan.hasUsage() && !extend) {
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
      nonsense("sent an event that names a field twice", source, from, to);
    }
  }

  /** An object that is no chunk: it says nothing, or something known about the answer. */
  private void withoutChoices(byte[] source, int from, int to) {
    try {
      Fields fields = Fields.ofObject(Arrays.copyOfRange(source, from, to));
      boolean matter = false;
      for (Fields.Field field : fields.list()) {
        matter |= MATTER.contains(field.name()) && !field.isNull();
        if (!isKnown(fields, field)) {
          nonsense("sent an event that is no part of an answer", source, from, to);
          return;
        }
      }
      if (matter || scan.hasUsage()) {
        rewrite(Fields.ofObject(new ObjectEdit(fields).put("choices", "[]").bytes()), matter);
      }
    } catch (IOException twins) {
      nonsense("sent an event that names a field twice", source, from, to);
    }
  }

  private static boolean isKnown(Fields fields, Fields.Field field) throws IOException {
    return field.isNull()
        || PLUMBING.contains(field.name())
        || MATTER.contains(field.name())
        || (field.name().equals("type") && HEARTBEATS.contains(fields.text(field)));
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
