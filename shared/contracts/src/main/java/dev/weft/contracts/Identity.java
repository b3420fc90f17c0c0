package dev.weft.contracts;

import java.util.Set;

/**
 * Who a call is made for, as verified by the service that answers it.
 *
 * @param tenant owner of the data the call may touch
 * @param subject the principal: a user or an API key's owner
 * @param scopes what the principal may do
 * @param keyId public id of the API key used; empty when none was
 */
public record Identity(String tenant, String subject, Set<String> scopes, String keyId) {

  /** The scope that includes all others. */
  public static final String ALL_SCOPES = "*";

  public Identity {
    scopes = Set.copyOf(scopes);
  }

  public boolean holds(String scope) {
    return scopes.contains(scope) || scopes.contains(ALL_SCOPES);
  }
}
