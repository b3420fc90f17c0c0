package dev.weft.contracts.auth;

import org.jspecify.annotations.Nullable;

/**
 * A credential to check.
 *
 * @param credential an API key or an access token, as the client sent it; never logged
 * @param client the address it was sent from; null when not known
 */
public record CheckCredential(String credential, @Nullable String client) {
  @Override
  public String toString() {
    return "CheckCredential[***]";
  }
}
