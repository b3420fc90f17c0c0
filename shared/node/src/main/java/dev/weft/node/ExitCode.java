package dev.weft.node;

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
  /** A port or a data directory is in use. */
  CONFLICT(7);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
