package dev.weft.durable.internal.project;

import dev.weft.durable.Projector;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.postgres.Transactions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins to build a projection's tables, and puts them in the place of the old ones. From when a
 * stream is known, every commit's records go into it too, and its objects are asked what they have;
 * when all have told and nothing waits, it is complete.
 *
 * <p>Straight code, for a virtual thread.
 */
final class Builds {
  private static final Logger log = LoggerFactory.getLogger(Builds.class);
  private static final String S = ObjectStore.SCHEMA + ".";

  private static final String KNOWN =
      "SELECT stream, version, state = 'BUILDING', rebuild, tables FROM "
          + S
          + "do_projection WHERE projection = $1 AND state <> 'DEAD'";

  private static final String ADD =
      "INSERT INTO "
          + S
          + "do_projection (projection, namespace, version, state, tables)"
          + " VALUES ($1, $2, $3, 'BUILDING', $4::text[]) RETURNING stream";

  private static final String ASKED =
      "UPDATE " + S + "do_projection SET rebuild = false WHERE projection = $1 AND rebuild";

  private static final String DROP =
      "UPDATE " + S + "do_projection SET state = 'DEAD', seen_at = now() WHERE stream = $1";

  // Who is applying records to the old tables by their names would go on with the new ones.
  private static final String LOCK_LIVE =
      "SELECT pg_advisory_xact_lock($1::int, p.stream) FROM "
          + S
          + "do_projection p WHERE p.projection = $2 AND p.state = 'LIVE'";

  private static final String DROP_LIVE =
      "UPDATE "
          + S
          + "do_projection SET state = 'DEAD', seen_at = now()"
          + " WHERE projection = $1 AND state = 'LIVE'";

  private static final String MAKE_LIVE =
      "UPDATE " + S + "do_projection SET state = 'LIVE' WHERE stream = $1";

  private final Projector<?> projector;

  Builds(Projector<?> projector) {
    this.projector = projector;
  }

  /** Begins to build if that is due: nothing of this version is known, or an operator asked. */
  void begin() {
    String name = projector.projection().name();
    boolean ignored =
        Transactions.alone(
            projector.pool(),
            "projection." + name,
            connection -> {
              boolean due = isDue(connection, name);
              if (due) {
                dropUnfinished(connection, name);
                add(connection, name);
              }
              return due;
            });
  }

  private boolean isDue(SqlConnection connection, String name) {
    for (Row row : connection.preparedQuery(KNOWN).execute(Tuple.of(name)).await()) {
      int version = row.getInteger(1);
      boolean building = row.getBoolean(2);
      boolean asked = row.getBoolean(3);
      if (version > projector.version() || version == projector.version() && (building || !asked)) {
        return false;
      }
    }
    return true;
  }

  /** What was begun for an older version will not be needed. */
  private static void dropUnfinished(SqlConnection connection, String name) {
    for (Row row : connection.preparedQuery(KNOWN).execute(Tuple.of(name)).await()) {
      if (row.getBoolean(2)) {
        int stream = row.getInteger(0);
        for (String table : row.getArrayOfStrings(4)) {
          execute(
              connection,
              "DROP TABLE IF EXISTS " + quoted(ProjectionStream.tableOf(table, stream)));
        }
        connection.preparedQuery(DROP).execute(Tuple.of(stream)).await();
      }
    }
  }

  private void add(SqlConnection connection, String name) {
    connection.preparedQuery(ASKED).execute(Tuple.of(name)).await();
    RowSet<Row> added =
        connection
            .preparedQuery(ADD)
            .execute(
                Tuple.of(
                    name,
                    projector.projection().namespace().name(),
                    projector.version(),
                    projector.tables().toArray(String[]::new)))
            .await();
    int stream = added.iterator().next().getInteger(0);
    for (String table : projector.tables()) {
      execute(
          connection,
          "CREATE TABLE "
              + quoted(ProjectionStream.tableOf(table, stream))
              + " (LIKE "
              + quoted(table)
              + " INCLUDING ALL)");
    }
    log.atInfo()
        .addKeyValue("projection", name)
        .addKeyValue("version", projector.version())
        .addKeyValue("stream", stream)
        .log("A projection is being built");
  }

  /** Puts the tables of a stream in the place of the old ones; in the transaction given. */
  void complete(SqlConnection connection, int stream) {
    String name = projector.projection().name();
    connection
        .preparedQuery(LOCK_LIVE)
        .execute(Tuple.of(ProjectionStream.LOCK_CLASS, name))
        .await();
    execute(connection, "SET LOCAL lock_timeout = '3s'");
    for (String table : projector.tables()) {
      String built = quoted(ProjectionStream.tableOf(table, stream));
      execute(connection, "DROP TABLE " + quoted(table));
      execute(connection, "ALTER TABLE " + built + " RENAME TO " + quoted(table));
    }
    connection.preparedQuery(DROP_LIVE).execute(Tuple.of(name)).await();
    connection.preparedQuery(MAKE_LIVE).execute(Tuple.of(stream)).await();
    log.atInfo()
        .addKeyValue("projection", name)
        .addKeyValue("version", projector.version())
        .addKeyValue("stream", stream)
        .log("A projection is complete");
  }

  private static void execute(SqlConnection connection, String sql) {
    connection.query(sql).execute().await();
  }

  /** Names are letters, digits and underscores; a keyword may be among them. */
  private static String quoted(String name) {
    return '"' + name + '"';
  }
}
