package dev.weft.node;

import dev.weft.postgres.DatabaseFailure;
import org.jspecify.annotations.Nullable;

/**
 * Why a node could not start, for the person who started it: the message says what happened and
 * what to do. Its stack trace is of no interest to them.
 */
public final class StartFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  public StartFailure(ExitCode exitCode, String message) {
    this(exitCode, message, null);
  }

  public StartFailure(ExitCode exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** A database that cannot be used, with the exit code that says so. */
  public static StartFailure of(DatabaseFailure failure) {
    ExitCode exitCode =
        switch (failure.kind()) {
          case UNREACHABLE -> ExitCode.UNREACHABLE;
          case IN_USE -> ExitCode.CONFLICT;
          case NEWER -> ExitCode.TOO_OLD;
          case UNUSABLE -> ExitCode.FAILED;
        };
    return new StartFailure(exitCode, String.valueOf(failure.getMessage()), failure);
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
