package dev.weft.contracts.auth;

/**
 * A new key.
 *
 * @param key the secret itself, shown this once
 * @param info what is kept
 */
public record CreatedKey(String key, KeyInfo info) {
  @Override
  public String toString() {
    return "CreatedKey[" + info.id() + "]";
  }
}
