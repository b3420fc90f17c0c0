package dev.weft.faults;

import dev.weft.contracts.objects.Namespace;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.Stub;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * What callers do with objects of one kind.
 *
 * @param namespace the objects
 * @param inputs class of calls, as the history records them
 * @param outputs class of answers
 * @param next makes up calls
 * @param use makes calls
 * @param <S> interface of the objects
 * @param <I> calls
 * @param <O> answers
 */
record Workload<S, I, O>(
    Namespace<S> namespace, Class<I> inputs, Class<O> outputs, Next<I> next, Use<S, I, O> use) {

  /** Makes up the next call. */
  @FunctionalInterface
  interface Next<I> {
    /**
     * @param unique a number that no other call of the run has
     */
    I next(Random random, long unique);
  }

  /** Calls an object, and may block. */
  @FunctionalInterface
  interface Use<S, I, O> {
    /**
     * @param unique the number that {@link Next} got
     */
    O call(Stub<S> stub, I input, long unique);
  }

  /** The same with other objects of that interface. */
  Workload<S, I, O> with(Namespace<S> other) {
    return new Workload<>(other, inputs, outputs, next, use);
  }

  /** One caller's way to the objects; for one thread. */
  Caller<I, O> caller(DurableObjects objects, Duration timeout) {
    Map<String, Stub<S>> stubs = new HashMap<>();
    return (object, input, unique) ->
        use.call(
            stubs.computeIfAbsent(
                object, name -> objects.stub(namespace, name).withTimeout(timeout)),
            input,
            unique);
  }

  /** Calls objects by name, and may block. */
  @FunctionalInterface
  interface Caller<I, O> {
    O call(String object, I input, long unique);
  }
}
