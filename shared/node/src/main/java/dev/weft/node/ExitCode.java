package dev.weft.node;

import java.net.BindException;

/** What a Weft process tells the shell when it ends. */
public enum ExitCode {
  OK(0),
  FAILED(1),
  /** Arguments nobody understands. */
  USAGE(2),
  /** The configuration is not valid. */
  CONFIG_INVALID(3),
  /** A server the process needs cannot be reached. */
  UNREACHABLE(4),
  /** The database was upgraded by a newer program. */
  TOO_OLD(5),
  /** Something is wrong, as {@code weft doctor} found. */
  UNHEALTHY(6),
  /** A port or a data directory is in use. */
  CONFLICT(7);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /**
   * What a process that cannot listen on a port ends with: {@link #CONFLICT} when somebody else has
   * it. Native transports say so in words only.
   */
  public static ExitCode ofListenFailure(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean taken = String.valueOf(cause.getMessage()).contains("Address already in use");
      if (taken || cause instanceof BindException) {
        return CONFLICT;
      }
    }
    return FAILED;
  }
}
