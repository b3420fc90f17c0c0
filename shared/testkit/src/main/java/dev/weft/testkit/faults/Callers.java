package dev.weft.testkit.faults;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.durable.DurableObjects;
import dev.weft.testkit.faults.Wire.Work;
import dev.weft.testkit.history.History;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls objects from this process, as code of a service would, and records what it sees. What
 * failed is recorded by the outcome that the error states; that a call was executed although it
 * failed goes to a file of its own, since a history has no word for it.
 */
final class Callers<I, O> implements Working {
  /** So many objects get a third of all calls, so that there are calls at once. */
  private static final int HOT = 8;

  private final Workload<I, O> workload;
  private final DurableObjects objects;
  private final Work work;
  private final History<I, O> history;
  private final OutputStream executed;
  private final AtomicLong unique;
  private final AtomicLong calls = new AtomicLong();
  private final Map<String, AtomicLong> errors = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  private Callers(Workload<I, O> workload, DurableObjects objects, Work work) throws IOException {
    this.workload = workload;
    this.objects = objects;
    this.work = work;
    this.history = History.writingTo(Path.of(work.file()), workload.inputs(), workload.outputs());
    this.executed =
        Files.newOutputStream(
            Path.of(work.file() + ".executed"),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
    // Unique over all processes and lives of them: each has a seed of its own.
    this.unique = new AtomicLong((work.seed() & 0x3fffff) << 24);
  }

  static Working begin(DurableObjects objects, Work work) throws IOException {
    if (work.workload().equals("sequence")) {
      return Sequences.begin(objects, work);
    }
    return begin(Workloads.named(work.workload()), objects, work);
  }

  private static <I, O> Callers<I, O> begin(
      Workload<I, O> workload, DurableObjects objects, Work work) throws IOException {
    Callers<I, O> callers = new Callers<>(workload, objects, work);
    for (int i = 0; i < work.callers(); i++) {
      Random random = new Random(work.seed() * 31 + i);
      callers.threads.add(Thread.ofVirtual().name("caller-" + i).start(() -> callers.loop(random)));
    }
    return callers;
  }

  private void loop(Random random) {
    Workload.Caller<I, O> caller =
        workload.caller(objects, Duration.ofMillis(work.timeoutMillis()));
    while (!over) {
      int index =
          random.nextInt(3) == 0
              ? random.nextInt(Math.min(HOT, work.objects()))
              : random.nextInt(work.objects());
      long number = unique.incrementAndGet();
      one(caller, work.prefix() + index, workload.next(random, number), number);
      if (work.pauseMillis() > 0) {
        LockSupport.parkNanos(
            TimeUnit.MICROSECONDS.toNanos(random.nextInt(2_000 * work.pauseMillis() + 1)));
      }
    }
  }

  private void one(Workload.Caller<I, O> caller, String object, I input, long number) {
    History<I, O>.Call call = history.invoke(object, input);
    calls.incrementAndGet();
    try {
      call.ok(caller.call(object, input, number));
    } catch (WeftException e) {
      WeftError error = e.error();
      count(error.code() + " " + error.outcome());
      if (error.outcome() == Outcome.NOT_EXECUTED) {
        call.failed();
      } else {
        call.unknown();
        if (error.outcome() == Outcome.EXECUTED) {
          noteExecuted(object, input);
        }
      }
    } catch (RuntimeException | Error e) {
      // Nothing that a stub promises: counts as unknown, and is seen in the report.
      count(e.getClass().getName() + ": " + e.getMessage());
      call.unknown();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private void count(String error) {
    errors.computeIfAbsent(error, key -> new AtomicLong()).incrementAndGet();
  }

  private void noteExecuted(String object, I input) {
    byte[] line = (object + " " + Wire.write(input) + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (executed) {
      try {
        executed.write(line);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public Wire.Report stop() throws IOException, InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    history.close();
    executed.close();
    Map<String, Long> counted = new TreeMap<>();
    errors.forEach((error, count) -> counted.put(error, count.get()));
    return new Wire.Report("stopped", "", calls.get(), counted);
  }
}
