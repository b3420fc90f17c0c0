package dev.weft.history;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

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
   * A limit was reached before the answer: nothing is known of these objects; all others have one.
   *
   * @param reasons which limit, by object
   */
  record Undecided(Map<String, String> reasons) implements Verdict {
    public Undecided {
      reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
    }
  }

  /** Throws an {@link AssertionError} that says why, unless this is a pass. */
  default void orFail() {
    switch (this) {
      case Linearizable() -> {}
      case NotLinearizable(String object, String explanation) ->
          throw new AssertionError(explanation);
      case Undecided(Map<String, String> reasons) ->
          throw new AssertionError("undecided whether these are linearizable: " + reasons);
    }
  }
}
