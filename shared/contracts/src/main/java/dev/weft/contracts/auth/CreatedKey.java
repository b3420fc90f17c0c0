package dev.weft.contracts.auth;

import dev.weft.contracts.http.Doc;

/**
 * A new key.
 *
 * @param key the secret itself, shown this once
 * @param info what is kept
 */
public record CreatedKey(@Doc("The secret itself, shown this once.") String key, KeyInfo info) {
  @Override
  public String toString() {
    return "CreatedKey[" + info.id() + "]";
  }
}
