package dev.weft.contracts.auth;

import java.util.List;

/** The public keys in force, the newest first. */
public record JwkSet(List<Jwk> keys) {
  public JwkSet {
    keys = List.copyOf(keys);
  }
}
