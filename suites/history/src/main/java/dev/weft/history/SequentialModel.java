package dev.weft.history;

/**
 * What an object does when calls come one at a time: the meaning of "correct" for a history of it.
 * Every call is possible in every state; one that is refused leaves the state and says so in its
 * result. Pure functions.
 *
 * @param <S> states: immutable, with {@code equals} and {@code hashCode}
 * @param <I> inputs, with {@code equals} and {@code hashCode}
 * @param <O> results, with {@code equals}
 */
public interface SequentialModel<S, I, O> {
  S initial();

  /** The state after a call. */
  S next(S state, I input);

  /** What the call answers. */
  O result(S state, I input);

  /** Whether an answer that was seen is right in this state. */
  default boolean allows(S state, I input, O seen) {
    return result(state, input).equals(seen);
  }
}
