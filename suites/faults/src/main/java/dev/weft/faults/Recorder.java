package dev.weft.faults;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.faults.NodeWire.Work;
import dev.weft.history.History;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Records what callers of this process see. What failed is recorded by the outcome that the error
 * states; that a call was executed although it failed goes to a file of its own, since a history
 * has no word for it. Thread-safe.
 */
final class Recorder<I, O> {
  private final History<I, O> history;
  private final OutputStream executed;
  private final AtomicLong calls = new AtomicLong();
  private final Map<String, AtomicLong> errors = new ConcurrentHashMap<>();

  Recorder(Work work, Class<I> inputs, Class<O> outputs) throws IOException {
    this.history = History.writingTo(Path.of(work.file()), inputs, outputs);
    this.executed =
        Files.newOutputStream(
            Path.of(work.file() + ".executed"),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
  }

  /** A call is about to be made. */
  History<I, O>.Call invoke(String object, I input) {
    calls.incrementAndGet();
    return history.invoke(object, input);
  }

  /** A call has failed; whether in a way that stubs promise. */
  boolean failed(History<I, O>.Call call, String object, I input, Throwable failure) {
    if (!(failure instanceof WeftException known)) {
      // Counts as unknown, and is seen in the report.
      count(failure.getClass().getName() + ": " + failure.getMessage());
      call.unknown();
      return false;
    }
    WeftError error = known.error();
    count(error.code() + " " + error.outcome());
    if (error.outcome() == Outcome.NOT_EXECUTED) {
      call.failed();
      return true;
    }
    call.unknown();
    if (error.outcome() == Outcome.EXECUTED) {
      noteExecuted(object, input);
    }
    return true;
  }

  private void count(String error) {
    errors.computeIfAbsent(error, key -> new AtomicLong()).incrementAndGet();
  }

  private void noteExecuted(String object, I input) {
    byte[] line = (object + " " + NodeWire.write(input) + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (executed) {
      try {
        executed.write(line);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** All calls have ended. */
  NodeWire.Report close() throws IOException {
    history.close();
    executed.close();
    Map<String, Long> counted = new TreeMap<>();
    errors.forEach((error, count) -> counted.put(error, count.get()));
    return new NodeWire.Report("stopped", "", calls.get(), counted, null);
  }
}
