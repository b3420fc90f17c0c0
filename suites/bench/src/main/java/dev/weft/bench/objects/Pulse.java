package dev.weft.bench.objects;

import dev.weft.durable.Stub;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A steady load: each object is called again a little after it has answered, also after an error.
 * Tells how long each object was without an answer.
 */
final class Pulse implements AutoCloseable {
  static final long PACE_MILLIS = 20;

  private final Vertx vertx;
  private final List<Beat> beats = new ArrayList<>();
  private final AtomicLong succeeded = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean stopped;

  Pulse(Vertx vertx, List<Stub<Box>> stubs) {
    this.vertx = vertx;
    for (int i = 0; i < stubs.size(); i++) {
      Context context = Contexts.newEventLoop(vertx);
      Beat beat = new Beat(stubs.get(i));
      beats.add(beat);
      context.runOnContext(_ -> beat.call());
    }
  }

  /** One object. */
  private final class Beat {
    private final Stub<Box> stub;
    private volatile long lastNanos = System.nanoTime();
    private volatile long longestNanos;

    Beat(Stub<Box> stub) {
      this.stub = stub;
    }

    void call() {
      if (stopped) {
        return;
      }
      stub.call(box -> box.add(1))
          .onComplete(
              (_, failure) -> {
                if (failure == null) {
                  answered();
                } else {
                  failed.incrementAndGet();
                }
                vertx.setTimer(PACE_MILLIS, _ -> call());
              });
    }

    private synchronized void answered() {
      succeeded.incrementAndGet();
      long now = System.nanoTime();
      longestNanos = Math.max(longestNanos, now - lastNanos);
      lastNanos = now;
    }

    synchronized void mark() {
      longestNanos = 0;
    }
  }

  /** From now on longest intervals are looked for. */
  void mark() {
    beats.forEach(Beat::mark);
  }

  /** Whether an object has answered since a time of {@link System#nanoTime()}. */
  boolean hasAnsweredSince(int object, long nanos) {
    return beats.get(object).lastNanos - nanos > 0;
  }

  /** The longest time since {@link #mark} between two answers, less the pause between calls. */
  double longestMillis(int object) {
    return Math.max(0, beats.get(object).longestNanos / 1e6 - PACE_MILLIS);
  }

  long succeeded() {
    return succeeded.get();
  }

  long failed() {
    return failed.get();
  }

  @Override
  public void close() {
    stopped = true;
  }
}
