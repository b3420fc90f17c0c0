package dev.weft.durable.internal.store;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import io.vertx.pgclient.PgException;

/** What a failure of the database means for whoever sent the statement. */
final class PgFaults {

  /** What to do about one. */
  enum Kind {
    /** The statement had no effect, and another try may succeed. */
    PASSING,
    /** The connection is gone, and with it the answer. */
    LOST,
    /** The statement had no effect and never will. */
    LASTING
  }

  static Kind kindOf(Throwable failure) {
    if (!(failure instanceof PgException refusal)) {
      return Kind.LOST;
    }
    if (endsConnection(failure)) {
      return Kind.LOST;
    }
    return isPassing(state(refusal)) ? Kind.PASSING : Kind.LASTING;
  }

  private static boolean isPassing(String state) {
    return switch (state) {
      // deadlock, serialization failure, cancelled or timed out, lock not available
      case "40P01", "40001", "57014", "55P03" -> true;
      // out of memory, disk or connections; errors of the disk
      default -> state.startsWith("53") || state.startsWith("58");
    };
  }

  /** Whether the server ended, or is about to end, the session. */
  static boolean endsConnection(Throwable failure) {
    if (!(failure instanceof PgException refusal)) {
      return false;
    }
    String state = state(refusal);
    // Shutting down or starting, connection faults; read-only means that another server now leads;
    // a prepared statement that is not there means that something sits between.
    return state.startsWith("57P")
        || state.startsWith("08")
        || state.equals("25006")
        || state.equals("26000");
  }

  /** Whether another try may succeed. */
  static boolean mayPass(Throwable failure) {
    return kindOf(failure) != Kind.LASTING;
  }

  /**
   * The error of an object whose commit the database refuses. Its own text is left out: it may
   * quote what was to be stored.
   */
  static WeftError refusal(Throwable failure) {
    String state = stateOf(failure);
    if (state.startsWith("54")) {
      return WeftError.of(
          "object:storage",
          Reason.TOO_LARGE,
          "The database refuses what the object stores: a key or value is too long.");
    }
    return WeftError.of(
        "object:storage",
        Reason.INTERNAL,
        "The database refuses what the object stores (SQLSTATE " + state + ").");
  }

  /** The five characters, empty when there are none. */
  static String stateOf(Throwable failure) {
    return failure instanceof PgException refusal ? state(refusal) : "";
  }

  private static String state(PgException refusal) {
    String state = refusal.getSqlState();
    return state == null ? "" : state;
  }

  private PgFaults() {}
}
