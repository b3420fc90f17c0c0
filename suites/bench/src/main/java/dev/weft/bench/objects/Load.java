package dev.weft.bench.objects;

import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop: so many lanes, each with one operation on its way at a time, on event loops of
 * their own. What is slower is asked less often, so latencies are those of a system that is always
 * busy.
 */
final class Load {
  private final List<Context> loops = new ArrayList<>();

  Load(Vertx vertx, int eventLoops) {
    for (int i = 0; i < eventLoops; i++) {
      loops.add(Contexts.newEventLoop(vertx));
    }
  }

  /**
   * What a run saw.
   *
   * @param nanos latencies of what succeeded, sorted
   * @param firstFailure of the first that did not
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Result(double seconds, long[] nanos, int failures, String firstFailure) {
    double perSecond() {
      return nanos.length / seconds;
    }

    double millis(double quantile) {
      return nanos.length == 0
          ? Double.NaN
          : nanos[Math.min(nanos.length - 1, (int) (quantile * nanos.length))] / 1e6;
    }
  }

  /**
   * Runs.
   *
   * @param operation one operation of a lane, given its number; called on the lane's event loop,
   *     where its future is to complete. Null when there is nothing left to do
   */
  Result run(int lanes, double seconds, IntFunction<? extends @Nullable Future<?>> operation) {
    List<Recorder> recorders = loops.stream().map(_ -> new Recorder()).toList();
    long start = System.nanoTime();
    long deadline = start + (long) (seconds * 1e9);
    AtomicInteger running = new AtomicInteger(lanes);
    Promise<Void> ended = Promise.promise();
    for (int i = 0; i < lanes; i++) {
      int number = i;
      Recorder recorder = recorders.get(i % recorders.size());
      Runnable whenEnded =
          () -> {
            if (running.decrementAndGet() == 0) {
              ended.complete();
            }
          };
      Lane lane = new Lane(() -> operation.apply(number), recorder, deadline, whenEnded);
      loops.get(i % loops.size()).runOnContext(_ -> lane.go());
    }
    ended.future().await();
    double took = (System.nanoTime() - start) / 1e9;
    long[] all = recorders.stream().flatMapToLong(recorder -> recorder.all()).sorted().toArray();
    return new Result(
        took,
        all,
        recorders.stream().mapToInt(recorder -> recorder.failures).sum(),
        recorders.stream()
            .map(recorder -> recorder.firstFailure)
            .flatMap(text -> text.isEmpty() ? Stream.empty() : Stream.of(text))
            .findFirst()
            .orElse(""));
  }

  /** Starts one operation. */
  @FunctionalInterface
  private interface Operation {
    @Nullable Future<?> begin();
  }

  /** Latencies of the lanes of one event loop. */
  private static final class Recorder {
    private long[] nanos = new long[4096];
    private int count;
    private int failures;
    private String firstFailure = "";

    void succeeded(long took) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, count * 2);
      }
      nanos[count++] = took;
    }

    void failed(Throwable why) {
      if (failures++ == 0) {
        firstFailure = why.toString();
      }
    }

    LongStream all() {
      return Arrays.stream(nanos, 0, count);
    }
  }

  /** One operation after the other. */
  private static final class Lane {
    private final Operation operation;
    private final Recorder recorder;
    private final long deadline;
    private final Runnable whenEnded;
    private long began;

    Lane(Operation operation, Recorder recorder, long deadline, Runnable whenEnded) {
      this.operation = operation;
      this.recorder = recorder;
      this.deadline = deadline;
      this.whenEnded = whenEnded;
    }

    void go() {
      for (; ; ) {
        began = System.nanoTime();
        if (began - deadline >= 0) {
          whenEnded.run();
          return;
        }
        Future<?> answer = operation.begin();
        if (answer == null) {
          whenEnded.run();
          return;
        }
        if (!answer.isComplete()) {
          answer.onComplete(
              done -> {
                record(done.failed() ? done.cause() : null);
                go();
              });
          return;
        }
        record(answer.cause());
      }
    }

    private void record(@Nullable Throwable failure) {
      if (failure == null) {
        recorder.succeeded(System.nanoTime() - began);
      } else {
        recorder.failed(failure);
      }
    }
  }
}
