package dev.weft.auth.store;

import dev.weft.postgres.SqlState;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of API keys. Thread-safe. */
public final class KeyStore {

  /** What became of a key to add. */
  public enum Added {
    ADDED,
    ID_TAKEN,
    /** It would have outlived the key it was made with. */
    PARENT_REVOKED
  }

  /** PostgreSQL channel on which ids of revoked keys are announced. */
  public static final String REVOCATIONS_CHANNEL = "weft_auth_revocations";

  /** Newest keys that a list shows. */
  public static final int LONGEST_LIST = 1_000;

  /** The key $1 and all that were made with it. */
  private static final String DESCENDANTS =
      """
      with recursive family as (
        select id from api_key where id = $1
        union select child.id from api_key child join family on child.parent = family.id)
      """;

  private static final Duration USE_PRECISION = Duration.ofSeconds(30);
  private static final Logger log = LoggerFactory.getLogger(KeyStore.class);

  private final Pool pool;

  public KeyStore(Pool pool) {
    this.pool = pool;
  }

  /**
   * Adds a key, unless its parent is revoked: a revocation that is under way either finds the new
   * key or is waited for.
   */
  public Added add(StoredKey key) {
    try {
      RowSet<Row> rows =
          Sql.await(
              pool.preparedQuery(
                      """
                      with parent as (
                        select id from api_key where id = $11 and revoked_at is null for share)
                      insert into api_key
                        (id, type, tenant, owner, name, digest, hint, scopes, created_at,
                         expires_at, parent)
                      select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
                      where $11::text is null or exists (select from parent)
                      """)
                  .execute(values(key).addString(key.parent())));
      return rows.rowCount() == 1 ? Added.ADDED : Added.PARENT_REVOKED;
    } catch (PgException e) {
      if (SqlState.isUniqueViolation(e)) {
        return Added.ID_TAKEN;
      }
      throw e;
    }
  }

  /** Adds a key, or makes the digest, scopes and end of life of the one with its id these. */
  public void put(SqlClient connection, StoredKey key) {
    Sql.await(
        connection
            .preparedQuery(
                """
                insert into api_key
                  (id, type, tenant, owner, name, digest, hint, scopes, created_at, expires_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                on conflict (id) do update
                  set digest = excluded.digest, scopes = excluded.scopes,
                      expires_at = excluded.expires_at
                """)
            .execute(values(key)));
  }

  /** The key with the id; null when there is none. */
  public @Nullable StoredKey find(String id) {
    return find(pool, id);
  }

  /** Same, over a connection of one's own. */
  public @Nullable StoredKey find(SqlClient connection, String id) {
    RowSet<Row> rows =
        Sql.await(
            connection.preparedQuery("select * from api_key where id = $1").execute(Tuple.of(id)));
    return rows.size() == 0 ? null : key(rows.iterator().next());
  }

  /** The tenant's keys, the newest first; at most {@link #LONGEST_LIST}. */
  public List<StoredKey> list(String tenant) {
    List<StoredKey> keys = new ArrayList<>();
    for (Row row :
        Sql.await(
            pool.preparedQuery(
                    """
                    select * from api_key where tenant = $1
                    order by created_at desc, id limit $2
                    """)
                .execute(Tuple.of(tenant, LONGEST_LIST)))) {
      keys.add(key(row));
    }
    return keys;
  }

  /**
   * Revokes a key and all that were made with it, directly or not, and tells all auth nodes; also
   * of those that were revoked before: whoever asks again may do so because the first word got
   * lost.
   *
   * @return the key as it is now; null when the tenant has none of that id
   */
  public @Nullable StoredKey revoke(String tenant, String id) {
    RowSet<Row> rows =
        Sql.await(
            pool.withTransaction(
                connection ->
                    connection
                        .preparedQuery(
                            """
                            update api_key set revoked_at = coalesce(revoked_at, now())
                            where id = $1 and tenant = $2 returning *
                            """)
                        .execute(Tuple.of(id, tenant))
                        .compose(
                            updated ->
                                updated.size() == 0
                                    ? Future.succeededFuture(updated)
                                    : revokeDescendants(connection, id)
                                        .compose(none -> announce(connection, id))
                                        .map(updated))));
    return rows.size() == 0 ? null : key(rows.iterator().next());
  }

  /**
   * Again until there are none left: a key that was being made meanwhile has been waited for, and
   * is seen by the next statement only.
   */
  private static Future<Void> revokeDescendants(SqlConnection connection, String id) {
    return connection
        .preparedQuery(
            DESCENDANTS
                + """
                update api_key set revoked_at = now()
                where id in (select id from family) and revoked_at is null
                """)
        .execute(Tuple.of(id))
        .compose(
            updated ->
                updated.rowCount() == 0
                    ? Future.succeededFuture()
                    : revokeDescendants(connection, id));
  }

  private static Future<Void> announce(SqlConnection connection, String id) {
    return connection
        .preparedQuery(DESCENDANTS + "select pg_notify($2, id) from family")
        .execute(Tuple.of(id, REVOCATIONS_CHANNEL))
        .mapEmpty();
  }

  /**
   * Notes that the key is in use, without waiting and at most about twice a minute in the whole
   * cluster.
   */
  public void noteUse(StoredKey key, Instant now) {
    Instant last = key.lastUsedAt();
    if (last != null && Duration.between(last, now).compareTo(USE_PRECISION) < 0) {
      return;
    }
    pool.preparedQuery(
            """
            update api_key set last_used_at = $2
            where id = $1 and (last_used_at is null or last_used_at < $3)
            """)
        .execute(Tuple.of(key.id(), Sql.utc(now), Sql.utc(now.minus(USE_PRECISION))))
        .onFailure(
            e -> log.atDebug().addKeyValue("key", key.id()).setCause(e).log("use not noted"));
  }

  private static Tuple values(StoredKey key) {
    return Tuple.of(key.id(), key.type(), key.tenant(), key.owner(), key.name())
        .addBuffer(Buffer.buffer(key.digest()))
        .addString(key.hint())
        .addArrayOfString(key.scopes().stream().sorted().toArray(String[]::new))
        .addOffsetDateTime(Sql.utc(key.createdAt()))
        .addOffsetDateTime(Sql.utc(key.expiresAt()));
  }

  private static StoredKey key(Row row) {
    return new StoredKey(
        row.getString("id"),
        row.getString("type"),
        row.getString("tenant"),
        row.getString("owner"),
        row.getString("parent"),
        row.getString("name"),
        row.getBuffer("digest").getBytes(),
        row.getString("hint"),
        Set.of(row.getArrayOfStrings("scopes")),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("expires_at").toInstant(),
        instant(row.getOffsetDateTime("revoked_at")),
        instant(row.getOffsetDateTime("last_used_at")));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
