package dev.weft.history;

import dev.weft.history.Operation.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records calls of objects: {@link #invoke} before one is sent, then at its end one of {@link
 * Call#ok}, {@link Call#failed} and {@link Call#unknown}. A call that is never ended counts as
 * unknown. May be used by any number of threads.
 *
 * <p>The clock is {@link System#nanoTime} unless another is given. On Linux it is CLOCK_MONOTONIC,
 * one clock for all processes of a machine: histories that several JVMs wrote to files may be
 * merged with {@link #read}. Histories of several machines may not.
 *
 * @param <I> inputs and
 * @param <O> outputs: immutable, with {@code equals}; where files are used, readable and writable
 *     by Jackson
 */
public final class History<I, O> implements AutoCloseable {
  private final LongSupplier clock;
  private final @Nullable HistoryFile<I, O> file;
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final AtomicLong count = new AtomicLong();
  private final String prefix;

  private History(LongSupplier clock, String prefix, @Nullable HistoryFile<I, O> file) {
    this.clock = clock;
    this.prefix = prefix;
    this.file = file;
  }

  /** In memory. */
  public History() {
    this(System::nanoTime, "", null);
  }

  /** In memory, with a clock that never goes back. */
  public History(LongSupplier clock) {
    this(clock, "", null);
  }

  /**
   * Also appended to a file, one JSON object a line. A line has left the process when {@code
   * invoke} or the ending method returns, so that nothing is missing when the process is killed.
   */
  public static <I, O> History<I, O> writingTo(Path file, Class<I> inputs, Class<O> outputs)
      throws IOException {
    String prefix = Long.toString(ThreadLocalRandom.current().nextLong() >>> 24, 36) + "-";
    return new History<>(System::nanoTime, prefix, new HistoryFile<>(file, inputs, outputs));
  }

  /** Operations that several processes of one machine recorded, merged. */
  public static <I, O> List<Operation<I, O>> read(
      List<Path> files, Class<I> inputs, Class<O> outputs) throws IOException {
    List<Operation<I, O>> all = new ArrayList<>();
    for (Path file : files) {
      all.addAll(HistoryFile.read(file, inputs, outputs));
    }
    return sorted(all);
  }

  /** Notes that a call is about to be sent. */
  public Call invoke(String object, I input) {
    Call call = new Call(prefix + count.incrementAndGet(), object, input, clock.getAsLong());
    calls.add(call);
    if (file != null) {
      write(call.operation());
    }
    return call;
  }

  /** What was recorded so far, in the order the calls were sent. */
  public List<Operation<I, O>> operations() {
    List<Operation<I, O>> all = new ArrayList<>();
    for (Call call : calls) {
      all.add(call.operation());
    }
    return sorted(all);
  }

  /** Operations of each object, in the order they were sent. */
  public static <I, O> Map<String, List<Operation<I, O>>> byObject(
      List<Operation<I, O>> operations) {
    Map<String, List<Operation<I, O>>> objects = new TreeMap<>();
    for (Operation<I, O> operation : sorted(operations)) {
      objects.computeIfAbsent(operation.object(), object -> new ArrayList<>()).add(operation);
    }
    return objects;
  }

  private static <I, O> List<Operation<I, O>> sorted(List<Operation<I, O>> operations) {
    return operations.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList();
  }

  private void write(Operation<I, O> operation) {
    try {
      if (file != null) {
        file.append(operation);
      }
    } catch (IOException e) {
      // Going on without a record would make a later verdict worthless.
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  /** A call under way. The first end counts; later ones change nothing and return false. */
  public final class Call {
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Operation<I, O> operation;

    Call(String id, String object, I input, long invoked) {
      operation =
          new Operation<>(id, object, input, invoked, Long.MAX_VALUE, Outcome.UNKNOWN, null);
    }

    /** It was answered. */
    public boolean ok(O output) {
      return end(clock.getAsLong(), Outcome.OK, output);
    }

    /** It had no effect, for sure: an error with the outcome NOT_EXECUTED. */
    public boolean failed() {
      return end(clock.getAsLong(), Outcome.FAILED, null);
    }

    /** Nobody knows: a time-out, a lost connection, an error with the outcome UNKNOWN. */
    public boolean unknown() {
      return end(Long.MAX_VALUE, Outcome.UNKNOWN, null);
    }

    private boolean end(long returned, Outcome outcome, @Nullable O output) {
      if (!ended.compareAndSet(false, true)) {
        return false;
      }
      Operation<I, O> was = operation;
      operation =
          new Operation<>(
              was.id(), was.object(), was.input(), was.invoked(), returned, outcome, output);
      write(operation);
      return true;
    }

    Operation<I, O> operation() {
      return operation;
    }
  }
}
