package dev.weft.node.identity;

/** A token that is not genuine, not in force or not what was asked for. Carries no stack trace. */
public final class InvalidTokenException extends Exception {

  /**
   * @param reason what is wrong, without the token or parts of it
   */
  public InvalidTokenException(String reason) {
    super(reason, null, false, false);
  }
}
