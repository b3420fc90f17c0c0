package dev.weft.testkit.faults;

import dev.weft.durable.DurableObjects;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * What callers do with objects of one kind.
 *
 * @param <I> calls, as the history records them
 * @param <O> answers
 */
interface Workload<I, O> {

  Class<I> inputs();

  Class<O> outputs();

  /**
   * The next call.
   *
   * @param unique a number that no other call of the run has
   */
  I next(Random random, long unique);

  /** Makes one caller's way to the objects. */
  Caller<I, O> caller(DurableObjects objects, Duration timeout);

  /** Calls; for one thread, and may block. */
  interface Caller<I, O> {
    /**
     * @param unique the number that {@link #next} got
     */
    O call(String object, I input, long unique);
  }

  /** Things by object, made when first needed. */
  final class Cache<T> {
    private final Map<String, T> known = new HashMap<>();
    private final java.util.function.Function<String, T> make;

    Cache(java.util.function.Function<String, T> make) {
      this.make = make;
    }

    T get(String object) {
      return known.computeIfAbsent(object, make);
    }
  }
}
