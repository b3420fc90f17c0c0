package dev.weft.durable.internal.runtime;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Sends items in batches, one batch on its way at a time: while it is, the next gathers. So batches
 * grow with the load, and nothing waits for a timer. Thread-safe.
 *
 * @param <T> the items
 */
final class Batcher<T> {
  private final int max;
  private final Function<List<T>, Future<?>> flight;
  private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean flying = new AtomicBoolean();

  /**
   * @param max most items of a batch
   * @param flight sends a batch; the next follows when its future completes
   */
  Batcher(int max, Function<List<T>, Future<?>> flight) {
    this.max = max;
    this.flight = flight;
  }

  void add(T item) {
    waiting.add(item);
    if (flying.compareAndSet(false, true)) {
      fly();
    }
  }

  private void fly() {
    for (; ; ) {
      List<T> batch = new ArrayList<>();
      for (T next = waiting.poll(); next != null; next = waiting.poll()) {
        batch.add(next);
        if (batch.size() == max) {
          break;
        }
      }
      if (!batch.isEmpty()) {
        Future<?> landed = flight.apply(batch);
        if (!landed.isComplete()) {
          landed.onComplete(_ -> fly());
          return;
        }
      } else {
        flying.set(false);
        // An item may have come between the last look and this.
        if (waiting.isEmpty() || !flying.compareAndSet(false, true)) {
          return;
        }
      }
    }
  }
}
