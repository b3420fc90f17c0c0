package dev.weft.testkit.history;

/** What a check found. Only {@link Linearizable} is a pass. */
public sealed interface Verdict {
  /** There is an order of the operations, fitting what every caller saw. */
  record Linearizable() implements Verdict {}

  /**
   * There is none.
   *
   * @param object one whose history has none
   * @param explanation what cannot be explained, for people to read
   */
  record NotLinearizable(String object, String explanation) implements Verdict {}

  /**
   * The limit was reached before the answer: nothing is known of at least this object.
   *
   * @param reason which limit
   */
  record Undecided(String object, String reason) implements Verdict {}

  /** Throws an {@link AssertionError} that says why, unless this is a pass. */
  default void orFail() {
    switch (this) {
      case Linearizable() -> {}
      case NotLinearizable(String object, String explanation) ->
          throw new AssertionError(explanation);
      case Undecided(String object, String reason) ->
          throw new AssertionError("undecided whether " + object + " is linearizable: " + reason);
    }
  }
}
