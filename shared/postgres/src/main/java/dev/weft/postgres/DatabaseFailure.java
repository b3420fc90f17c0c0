package dev.weft.postgres;

import org.jspecify.annotations.Nullable;

/**
 * Why a database cannot be used, for the person who starts the process: the message says what
 * happened and what to do. Its stack trace is of no interest to them.
 */
public final class DatabaseFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What stands in the way. */
  public enum Kind {
    /** The server is not there, or refuses us. */
    UNREACHABLE,
    /** Another process uses the data directory. */
    IN_USE,
    /** The tables are of a newer program. */
    NEWER,
    /** The data, the programs or the migrations are not fit for use. */
    UNUSABLE
  }

  private final Kind kind;

  DatabaseFailure(Kind kind, String message) {
    this(kind, message, null);
  }

  DatabaseFailure(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
