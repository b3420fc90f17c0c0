package dev.weft.durable.internal;

import dev.weft.contracts.WeftException;
import dev.weft.json.Storable;
import java.util.function.Function;

/** Names that callers give to what is stored: text that the database can keep as it is. */
public final class ObjectNames {

  /** Length of a request id at most. */
  private static final int MAX_REQUEST_ID = 128;

  /**
   * Refuses what is no name.
   *
   * @param what it is the name of, as a sentence begins
   * @param error makes the error of its kind
   */
  public static void check(
      String what, String name, int maxLength, Function<String, WeftException> error) {
    if (name.isEmpty() || name.length() > maxLength) {
      throw error.apply(
          what + " has 1 to " + maxLength + " characters, not " + name.length() + ".");
    }
    checkText(what, name, error);
  }

  /** Refuses what the database cannot keep as text. */
  public static void checkText(String what, String text, Function<String, WeftException> error) {
    if (text.indexOf(0) >= 0) {
      throw error.apply(what + " holds no NUL character, which the database cannot keep.");
    }
    if (Storable.hasHalfPair(text)) {
      throw error.apply(what + " holds no half surrogate pair, which is no text.");
    }
  }

  /**
   * Refuses what is no request id.
   *
   * @throws WeftException {@code object:id.invalid}
   */
  public static void checkRequestId(String id) {
    check("A request id", id, MAX_REQUEST_ID, ObjectErrors::badId);
  }

  private ObjectNames() {}
}
