package dev.weft.durable;

/**
 * Ends a turn whose instance is over: aborted, or no longer the owner. An error and not an
 * exception, because nothing the turn could still do would have an effect: do not catch it.
 */
public final class ObjectReset extends Error {
  private static final long serialVersionUID = 1L;

  public ObjectReset(String reason) {
    super(reason, null, false, false);
  }
}
