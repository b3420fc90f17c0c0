package dev.weft.rag.store;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.rag.CollectionInfo;
import dev.weft.postgres.Deadline;
import dev.weft.postgres.Transactions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The collections of all tenants. Thread-safe; for threads that may await. */
public final class Collections {

  private static final String COLUMNS = "name, description, documents, chunks, created_at";

  private final Pool pool;

  public Collections(Pool pool) {
    this.pool = pool;
  }

  /**
   * A collection as other parts address it.
   *
   * @param lastChange what a search must have seen to see all that is in it
   */
  public record Resolved(long key, long lastChange) {}

  /** Adds an empty collection; {@code rag:collection.conflict} when there is one of the name. */
  public CollectionInfo create(String tenant, String name, String description) {
    RowIterator<Row> row =
        pool.preparedQuery(
                "INSERT INTO collections (tenant, name, description) VALUES ($1, $2, $3)"
                    + " ON CONFLICT (tenant, name) DO NOTHING RETURNING "
                    + COLUMNS)
            .execute(Tuple.of(tenant, name, description))
            .await()
            .iterator();
    if (!row.hasNext()) {
      throw WeftError.of(
              "rag:collection",
              Reason.CONFLICT,
              "There is a collection '%s' already; use it, or delete it first.".formatted(name))
          .exception();
    }
    return info(row.next());
  }

  /** The tenant's collections by name. */
  public List<CollectionInfo> list(String tenant) {
    List<CollectionInfo> all = new ArrayList<>();
    pool.preparedQuery("SELECT " + COLUMNS + " FROM collections WHERE tenant = $1 ORDER BY name")
        .execute(Tuple.of(tenant))
        .await()
        .forEach(row -> all.add(info(row)));
    return all;
  }

  /** A collection; {@code rag:collection.not_found}. */
  public CollectionInfo get(String tenant, String name) {
    RowIterator<Row> row =
        pool.preparedQuery(
                "SELECT " + COLUMNS + " FROM collections WHERE tenant = $1 AND name = $2")
            .execute(Tuple.of(tenant, name))
            .await()
            .iterator();
    if (!row.hasNext()) {
      throw notFound(name);
    }
    return info(row.next());
  }

  /** A collection's key and latest change; {@code rag:collection.not_found}. */
  public Resolved resolve(String tenant, String name) {
    return resolve(pool, tenant, name);
  }

  static Resolved resolve(SqlClient client, String tenant, String name) {
    return resolve(client, tenant, name, "");
  }

  /** Same, within a transaction: the collection cannot be deleted until it ends. */
  static Resolved hold(SqlClient connection, String tenant, String name) {
    return resolve(connection, tenant, name, " FOR KEY SHARE");
  }

  private static Resolved resolve(SqlClient client, String tenant, String name, String lock) {
    RowIterator<Row> row =
        client
            .preparedQuery(
                "SELECT key, last_change FROM collections WHERE tenant = $1 AND name = $2" + lock)
            .execute(Tuple.of(tenant, name))
            .await()
            .iterator();
    if (!row.hasNext()) {
      throw notFound(name);
    }
    Row found = row.next();
    return new Resolved(found.getLong("key"), found.getLong("last_change"));
  }

  /**
   * Deletes a collection with all that is in it; {@code rag:collection.not_found}.
   *
   * @return the change's sequence
   */
  public long delete(String tenant, String name) {
    return Transactions.run(
        pool,
        Deadline.LONG,
        connection -> {
          RowIterator<Row> row =
              connection
                  .preparedQuery(
                      "DELETE FROM collections WHERE tenant = $1 AND name = $2 RETURNING key")
                  .execute(Tuple.of(tenant, name))
                  .await()
                  .iterator();
          if (!row.hasNext()) {
            throw notFound(name);
          }
          long key = row.next().getLong("key");
          connection
              .preparedQuery("DELETE FROM changes WHERE collection = $1")
              .execute(Tuple.of(key))
              .await();
          return ChangeLog.append(connection, key, ChangeLog.WHOLE_COLLECTION, 0, 0);
        });
  }

  private static CollectionInfo info(Row row) {
    return new CollectionInfo(
        row.getString("name"),
        row.getString("description"),
        row.getLong("documents"),
        row.getLong("chunks"),
        row.getOffsetDateTime("created_at").toInstant().toString());
  }

  static WeftException notFound(String name) {
    return WeftError.of(
            "rag:collection",
            Reason.NOT_FOUND,
            "There is no collection '%s'; create it first.".formatted(name))
        .exception();
  }
}
