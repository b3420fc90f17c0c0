package dev.weft.node;

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

  public ExitCode exitCode() {
    return exitCode;
  }
}
