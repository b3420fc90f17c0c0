package dev.weft.history;

import org.jspecify.annotations.Nullable;

/**
 * One call of an object, as its caller saw it. Immutable.
 *
 * @param id unique in a history, over all processes that recorded it
 * @param object which object was called; histories of objects are independent
 * @param invoked clock before the call was sent
 * @param returned clock after the answer arrived; {@link Long#MAX_VALUE} when it is unknown
 * @param output the answer, null unless the outcome is {@link Outcome#OK}
 */
public record Operation<I, O>(
    String id,
    String object,
    I input,
    long invoked,
    long returned,
    Outcome outcome,
    @Nullable O output) {

  /** What the caller knows of a call. */
  public enum Outcome {
    /** It took effect between the call and its answer. */
    OK,
    /** It had no effect and never will. */
    FAILED,
    /** It may have had its effect, may have it at any later time, or never. */
    UNKNOWN
  }

  /** Whether this one was answered before the other was sent, so that they have an order. */
  public boolean precedes(Operation<?, ?> other) {
    return returned < other.invoked;
  }

  /** As it was at an earlier time; answers that came later are not known yet. */
  Operation<I, O> asOf(long time) {
    return outcome == Outcome.OK && returned > time
        ? new Operation<>(id, object, input, invoked, Long.MAX_VALUE, Outcome.UNKNOWN, null)
        : this;
  }

  /** For readers: {@code #id input -> output}. */
  String describe() {
    return "#"
        + id
        + " "
        + input
        + " -> "
        + switch (outcome) {
          case OK -> String.valueOf(output);
          case FAILED -> "failed, no effect";
          case UNKNOWN -> "unknown";
        };
  }
}
