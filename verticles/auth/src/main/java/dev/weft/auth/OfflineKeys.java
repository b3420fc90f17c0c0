package dev.weft.auth;

import dev.weft.auth.keys.ApiKeys;
import dev.weft.auth.keys.KeyDigest;
import dev.weft.auth.store.KeyStore;
import dev.weft.auth.tokens.SigningKeys;
import dev.weft.contracts.Identity;
import dev.weft.contracts.auth.CreateKey;
import dev.weft.contracts.auth.CreatedKey;
import dev.weft.contracts.auth.KeyInfo;
import dev.weft.contracts.auth.KeyList;
import dev.weft.node.MasterKey;
import dev.weft.node.config.AuthKeys;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import io.vertx.sqlclient.Pool;
import java.util.Set;

/**
 * API keys by whoever holds the database and the master key, with no auth service running: how an
 * installation gets its first key. A running auth service knows of the changes at once. Call it on
 * plain or virtual threads; it blocks.
 */
public final class OfflineKeys {
  private static final String SUBJECT = "admin";

  private final ApiKeys keys;

  private OfflineKeys(ApiKeys keys) {
    this.keys = keys;
  }

  /**
   * @param database connections whose search path is the migrated schema {@code auth}
   * @throws dev.weft.node.StartFailure when the database was set up with another master key: keys
   *     made with this one would never be accepted
   * @throws dev.weft.contracts.WeftException {@code auth:database.unavailable}
   */
  public static OfflineKeys open(Pool database, MasterKey masterKey, Config config) {
    new SigningKeys(database, masterKey, config.get(AuthKeys.SIGNING_KEY_LIFE)).refresh();
    return new OfflineKeys(
        new ApiKeys(
            new KeyStore(database), new KeyDigest(masterKey), config.get(NodeKeys.PROFILE)));
  }

  /** Creates a key with any scopes; errors as for {@link ApiKeys#create}. */
  public CreatedKey create(String tenant, CreateKey request) {
    return keys.create(new Identity(tenant, SUBJECT, Set.of(Identity.ALL_SCOPES), ""), request);
  }

  /** The tenant's keys, the newest first. */
  public KeyList list(String tenant) {
    return keys.list(tenant);
  }

  /** Revokes a key; errors as for {@link ApiKeys#revoke}. */
  public KeyInfo revoke(String tenant, String id) {
    return keys.revoke(tenant, id);
  }
}
