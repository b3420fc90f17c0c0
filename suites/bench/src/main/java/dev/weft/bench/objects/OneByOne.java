package dev.weft.bench.objects;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;

/**
 * The baseline: the same turn as a transaction of its own, on the same tables with the same fence
 * and the same value, by the same client with 16 connections. Once as one statement that commits by
 * itself, which is the least it can cost; once as {@code BEGIN}, two statements and {@code COMMIT},
 * as it is usually written.
 */
final class OneByOne implements AutoCloseable {
  static final int CONNECTIONS = 16;
  private static final String OWNER = "one by one";
  private static final byte[] KEY = BoxObject.KEY.getBytes(StandardCharsets.UTF_8);

  private static final String FENCE =
      "UPDATE do_object SET seq = seq + 1, last_turn_at = now()"
          + " WHERE id = $1 AND epoch = $2 AND seq = $3 AND owner = $4 RETURNING id";

  private static final String PUT =
      "INSERT INTO do_kv (object_id, key, value) VALUES ($1, $2, $3)"
          + " ON CONFLICT (object_id, key) DO UPDATE SET value = excluded.value";

  private static final String BOTH =
      "WITH fence AS ("
          + FENCE
          + ") INSERT INTO do_kv (object_id, key, value) SELECT id, $5, $6 FROM fence"
          + " ON CONFLICT (object_id, key) DO UPDATE SET value = excluded.value";

  private static final String MAKE =
      "INSERT INTO do_object (id, namespace, name, slot, owner, epoch, seq, version, last_turn_at)"
          + " VALUES ($1, 'onebyone', $2, 0, $3, 1, 0, 1, now())";

  private final Pool pool;
  private final Buffer[] ids;
  private final long[] seqs;
  private final PreparedQuery<RowSet<Row>> both;

  OneByOne(Plant plant, String name, int objects) {
    pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(CONNECTIONS))
            .connectingTo(plant.database.optionsOf(Plant.SCHEMA))
            .using(plant.vertx)
            .build();
    ids = new Buffer[objects];
    seqs = new long[objects];
    both = pool.preparedQuery(BOTH);
    for (int i = 0; i < objects; i++) {
      byte[] id = plant.objects.idFromName(Box.BOXES, "one-by-one-" + name + i).bytes();
      ids[i] = Buffer.buffer(id);
      pool.preparedQuery(MAKE).execute(Tuple.of(ids[i], name + i, OWNER)).await();
    }
  }

  /** The turn of an object as one statement. */
  Future<?> statement(int object) {
    long seq = seqs[object]++;
    return both.execute(Tuple.of(ids[object], 1L, seq, OWNER, Buffer.buffer(KEY), valueOf(seq + 1)))
        .map(OneByOne::passed);
  }

  /** The turn of an object as a transaction of two statements. */
  Future<?> transaction(int object) {
    long seq = seqs[object]++;
    return pool.withTransaction(
        connection ->
            connection
                .preparedQuery(FENCE)
                .execute(Tuple.of(ids[object], 1L, seq, OWNER))
                .map(OneByOne::passed)
                .compose(
                    _ ->
                        connection
                            .preparedQuery(PUT)
                            .execute(Tuple.of(ids[object], Buffer.buffer(KEY), valueOf(seq + 1)))));
  }

  private static Buffer valueOf(long count) {
    return Buffer.buffer(BoxObject.valueOf(count));
  }

  private static RowSet<Row> passed(RowSet<Row> rows) {
    if (rows.rowCount() != 1) {
      throw new IllegalStateException("the fence did not let it pass");
    }
    return rows;
  }

  @Override
  public void close() {
    pool.close().await();
  }
}
