package dev.weft.durable.internal.node;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Sends items in batches, one batch on its way at a time: while it is, the next gathers. So batches
 * grow with the load, and nothing waits for a timer. With several ways, the further ones are used
 * only when enough has gathered for a batch that is worth it: two small batches cost nearly twice
 * as much as one. Thread-safe.
 *
 * @param <T> the items
 */
public final class Batcher<T> {
  private final int max;
  private final int worthAnother;
  private final List<Way> ways = new ArrayList<>();
  private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  private final class Way {
    final Function<List<T>, Future<?>> flight;
    final AtomicBoolean busy = new AtomicBoolean();

    Way(Function<List<T>, Future<?>> flight) {
      this.flight = flight;
    }
  }

  /**
   * One way.
   *
   * @param max most items of a batch
   * @param flight sends a batch; the next follows when its future completes
   */
  public Batcher(int max, Function<List<T>, Future<?>> flight) {
    this(max, max, List.of(flight));
  }

  /**
   * Several ways.
   *
   * @param worthAnother so many must wait for a way beyond the first to be used
   */
  public Batcher(int max, int worthAnother, List<Function<List<T>, Future<?>>> flights) {
    this.max = max;
    this.worthAnother = worthAnother;
    flights.forEach(flight -> ways.add(new Way(flight)));
  }

  public void add(T item) {
    waiting.add(item);
    count.incrementAndGet();
    start();
  }

  private void start() {
    for (int i = 0; i < ways.size(); i++) {
      Way way = ways.get(i);
      int enough = i == 0 ? 1 : worthAnother;
      // Looks again after each landing: an item may come between the last look and the end.
      while (count.get() >= enough && way.busy.compareAndSet(false, true)) {
        if (!fly(way)) {
          break;
        }
      }
    }
  }

  /** Sends one batch; whether the way is free again. */
  private boolean fly(Way way) {
    List<T> batch = new ArrayList<>();
    for (T next = waiting.poll(); next != null; next = waiting.poll()) {
      batch.add(next);
      if (batch.size() == max) {
        break;
      }
    }
    count.addAndGet(-batch.size());
    Future<?> landed = batch.isEmpty() ? Future.succeededFuture() : way.flight.apply(batch);
    if (landed.isComplete()) {
      way.busy.set(false);
      return true;
    }
    landed.onComplete(
        _ -> {
          way.busy.set(false);
          start();
        });
    return false;
  }
}
