package dev.weft.auth.store;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The table of signing keys. Thread-safe. */
public final class SigningKeyStore {

  /**
   * A row.
   *
   * @param id key id
   * @param publicKey 32 raw bytes
   * @param sealedPrivate PKCS#8, sealed with the master key
   * @param signsFrom when it begins to be used
   */
  @SuppressWarnings("ArrayRecordComponent") // a row on its way; nobody compares it
  public record StoredSigningKey(
      String id, byte[] publicKey, byte[] sealedPrivate, Instant signsFrom) {}

  /** All keys, the newest first. */
  public List<StoredSigningKey> list(SqlClient connection) {
    List<StoredSigningKey> keys = new ArrayList<>();
    for (Row row :
        Sql.await(
            connection
                .preparedQuery("select * from signing_key order by signs_from desc, id")
                .execute())) {
      keys.add(
          new StoredSigningKey(
              row.getString("id"),
              row.getBuffer("public_key").getBytes(),
              row.getBuffer("sealed_private").getBytes(),
              row.getOffsetDateTime("signs_from").toInstant()));
    }
    return keys;
  }

  /** Adds a key. */
  public void add(SqlClient connection, StoredSigningKey key) {
    Sql.await(
        connection
            .preparedQuery("insert into signing_key values ($1, $2, $3, $4)")
            .execute(
                Tuple.of(
                    key.id(),
                    Buffer.buffer(key.publicKey()),
                    Buffer.buffer(key.sealedPrivate()),
                    Sql.utc(key.signsFrom()))));
  }

  /** Forgets a key. */
  public void delete(SqlClient connection, String id) {
    Sql.await(
        connection.preparedQuery("delete from signing_key where id = $1").execute(Tuple.of(id)));
  }
}
