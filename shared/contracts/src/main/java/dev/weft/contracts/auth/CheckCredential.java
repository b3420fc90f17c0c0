package dev.weft.contracts.auth;

/**
 * A credential to check.
 *
 * @param credential an API key or an access token, as the client sent it; never logged
 */
public record CheckCredential(String credential) {
  @Override
  public String toString() {
    return "CheckCredential[***]";
  }
}
