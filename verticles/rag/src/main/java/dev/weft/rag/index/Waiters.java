package dev.weft.rag.index;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** Those who wait for a sequence to be applied. Thread-safe. */
final class Waiters {

  private record Waiter(long sequence, Promise<Void> promise) implements Comparable<Waiter> {
    @Override
    public int compareTo(Waiter other) {
      return Long.compare(sequence, other.sequence);
    }
  }

  private final PriorityQueue<Waiter> waiting = new PriorityQueue<>();

  /** Completes when the sequence is {@link #applied}; fails after the timeout. */
  Future<Void> await(long sequence, Duration timeout) {
    Waiter waiter = new Waiter(sequence, Promise.promise());
    synchronized (this) {
      waiting.add(waiter);
    }
    return waiter
        .promise()
        .future()
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(late -> forget(waiter));
  }

  private synchronized void forget(Waiter waiter) {
    waiting.remove(waiter);
  }

  /** Lets go all who wait for this sequence or an earlier one. */
  void applied(long sequence) {
    List<Waiter> ready = new ArrayList<>();
    synchronized (this) {
      while (!waiting.isEmpty() && waiting.peek().sequence() <= sequence) {
        ready.add(waiting.remove());
      }
    }
    ready.forEach(waiter -> waiter.promise().tryComplete());
  }
}
