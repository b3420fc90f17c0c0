package dev.weft.testkit.objects;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.Projector.Batch;
import dev.weft.durable.Projector.Change;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.TestDatabases;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** A service's schema with a table of sums, and a log of what was added to them. */
final class SpendingTables implements AutoCloseable {
  private static final String SCHEMA = "shop";

  private final Vertx vertx = Vertx.vertx();
  final Pool pool;

  SpendingTables(DatabaseUrl url) {
    TestDatabases.execute(url, "CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
    TestDatabases.execute(
        url,
        "CREATE TABLE IF NOT EXISTS "
            + SCHEMA
            + ".spending (object_id bytea PRIMARY KEY, total bigint NOT NULL)");
    TestDatabases.execute(
        url,
        "CREATE TABLE IF NOT EXISTS "
            + SCHEMA
            + ".log (nth bigserial PRIMARY KEY, object_id bytea, sequence bigint)");
    pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(6))
            .connectingTo(url.connectOptions(SCHEMA))
            .using(vertx)
            .build();
  }

  /** Adds what was spent, change by change. */
  <R> void apply(SqlConnection connection, Batch<R> batch, ToLongFunction<R> amount) {
    String table = batch.table("spending");
    List<Tuple> added = new ArrayList<>();
    List<Tuple> logged = new ArrayList<>();
    for (Change<R> change : batch.changes()) {
      R record = change.record();
      Buffer id = Buffer.buffer(change.object().bytes());
      if (record == null) {
        add(connection, table, added);
        added.clear();
        connection
            .preparedQuery("DELETE FROM " + table + " WHERE object_id = $1")
            .execute(Tuple.of(id))
            .await();
      } else {
        added.add(Tuple.of(id, amount.applyAsLong(record)));
        logged.add(Tuple.of(id, change.sequence()));
      }
    }
    add(connection, table, added);
    if (!logged.isEmpty()) {
      connection
          .preparedQuery("INSERT INTO log (object_id, sequence) VALUES ($1, $2)")
          .executeBatch(logged)
          .await();
    }
  }

  private static void add(SqlConnection connection, String table, List<Tuple> added) {
    if (!added.isEmpty()) {
      connection
          .preparedQuery(
              "INSERT INTO "
                  + table
                  + " AS s (object_id, total) VALUES ($1, $2) ON CONFLICT (object_id)"
                  + " DO UPDATE SET total = s.total + excluded.total")
          .executeBatch(added)
          .await();
    }
  }

  /** Sums by the digits of their object. */
  Map<String, Long> totals() {
    Map<String, Long> totals = new HashMap<>();
    for (Row row :
        pool.query("SELECT encode(object_id, 'hex'), total FROM spending").execute().await()) {
      totals.put(row.getString(0), row.getLong(1));
    }
    return totals;
  }

  long sum() {
    return pool.query("SELECT coalesce(sum(total), 0)::bigint FROM spending")
        .execute()
        .await()
        .iterator()
        .next()
        .getLong(0);
  }

  /** The sequences of an object's changes in the order in which they were applied. */
  List<Long> log(ObjectId id) {
    List<Long> log = new ArrayList<>();
    pool.preparedQuery("SELECT sequence FROM log WHERE object_id = $1 ORDER BY nth")
        .execute(Tuple.of(Buffer.buffer(id.bytes())))
        .await()
        .forEach(row -> log.add(row.getLong(0)));
    return log;
  }

  void clearLog() {
    pool.query("DELETE FROM log").execute().await();
  }

  /** Makes the table wrong, as a fault of its handler would. */
  void spoil() {
    pool.query("UPDATE spending SET total = total + 1").execute().await();
  }

  @Override
  public void close() {
    pool.close().await();
    vertx.close().await();
  }
}
