package dev.weft.mesh;

/** A port that a node of a cluster has to listen on is taken by someone else. */
public final class PortTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int port;

  public PortTakenException(String host, int port, String purpose, Throwable cause) {
    super(
        "Port %d on %s (%s) is taken: another node or program listens there."
            .formatted(port, host, purpose),
        cause);
    this.port = port;
  }

  public int port() {
    return port;
  }
}
