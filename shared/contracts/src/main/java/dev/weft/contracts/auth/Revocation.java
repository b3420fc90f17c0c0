package dev.weft.contracts.auth;

/**
 * A key that is valid no more.
 *
 * @param keyId public id of the key; empty in {@link #CONNECTED}
 */
public record Revocation(String keyId) {
  /** First item of a stream: what was remembered before it must be checked again. */
  public static final Revocation CONNECTED = new Revocation("");
}
