package dev.weft.faults;

import dev.weft.durable.DurableObjects;
import dev.weft.faults.NodeWire.Work;
import dev.weft.history.History;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Calls objects from this process, as code of a service would, each caller one after the other. */
final class Callers<I, O> implements Working {
  /** So many objects get a third of all calls, so that there are calls at once. */
  private static final int HOT = 8;

  private final Workload<?, I, O> workload;
  private final DurableObjects objects;
  private final Work work;
  private final Recorder<I, O> recorder;
  private final AtomicLong unique;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  private Callers(Workload<?, I, O> workload, DurableObjects objects, Work work)
      throws IOException {
    this.workload = workload;
    this.objects = objects;
    this.work = work;
    this.recorder = new Recorder<>(work, workload.inputs(), workload.outputs());
    // Unique over all processes and lives of them: each has a seed of its own.
    this.unique = new AtomicLong((work.seed() & 0x3fffff) << 24);
  }

  static Working begin(DurableObjects objects, Work work) throws IOException {
    return switch (work.workload()) {
      case "sequence" -> Sequences.appends(objects, work);
      case "flood" -> Sequences.flood(objects, work);
      default -> begin(Workloads.named(work.workload()), objects, work);
    };
  }

  private static <I, O> Callers<I, O> begin(
      Workload<?, I, O> workload, DurableObjects objects, Work work) throws IOException {
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
      one(caller, work.prefix() + index, workload.next().next(random, number), number);
      if (work.pauseMillis() > 0) {
        LockSupport.parkNanos(
            TimeUnit.MICROSECONDS.toNanos(random.nextInt(2_000 * work.pauseMillis() + 1)));
      }
    }
  }

  private void one(Workload.Caller<I, O> caller, String object, I input, long number) {
    History<I, O>.Call call = recorder.invoke(object, input);
    try {
      call.ok(caller.call(object, input, number));
    } catch (RuntimeException | Error e) {
      if (!recorder.failed(call, object, input, e)) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  @Override
  public NodeWire.Report stop() throws IOException, InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return recorder.close();
  }
}
