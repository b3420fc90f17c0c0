package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Finds what has expired. */
final class PgExpiry {
  // As due alarms are taken: each namespace by its own stretch of the index.
  private static final String TAKE =
      "WITH clock AS MATERIALIZED (SELECT "
          + PgClock.MILLIS
          + " + $4::bigint AS millis), due AS MATERIALIZED (SELECT d.object_id"
          + " FROM clock, unnest($1::text[]) AS w(namespace) CROSS JOIN LATERAL ("
          + "SELECT e.object_id, e.expires_millis FROM do_expiry e"
          + " WHERE e.namespace = w.namespace AND e.expires_millis <= clock.millis"
          + " AND (e.taken_until IS NULL OR e.taken_until <= now())"
          + " ORDER BY e.expires_millis LIMIT $3::bigint FOR UPDATE OF e SKIP LOCKED) d"
          + " ORDER BY d.expires_millis LIMIT $3::bigint)"
          + " UPDATE do_expiry e SET taken_until = now() + make_interval(secs => $2::float8)"
          + " FROM due WHERE e.object_id = due.object_id RETURNING e.namespace, e.object_id";

  private static final String IS_EXPIRED =
      "SELECT EXISTS (SELECT 1 FROM do_expiry WHERE object_id = $1 AND expires_millis <= "
          + PgClock.MILLIS
          + " + $2::bigint)";

  // The condition is looked at again under the row's lock: what was put anew meanwhile stays.
  private static final String DELETE_KEYS =
      "DELETE FROM do_kv WHERE ctid = ANY(ARRAY(SELECT k.ctid FROM do_kv k"
          + " WHERE k.expires_millis <= $1 ORDER BY k.expires_millis LIMIT $2"
          + " FOR UPDATE SKIP LOCKED)) AND expires_millis <= $1";

  private final Pool pool;
  private final PgClock clock;

  PgExpiry(Pool pool, PgClock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  Future<List<ObjectId>> take(List<String> namespaces, Duration hold, int limit) {
    if (namespaces.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return pool.preparedQuery(TAKE)
        .execute(
            Tuple.of(
                namespaces.stream().distinct().toArray(String[]::new),
                Params.seconds(hold),
                (long) limit,
                clock.aheadMillis()))
        .map(
            rows -> {
              List<ObjectId> expired = new ArrayList<>();
              for (Row row : rows) {
                expired.add(new ObjectId(row.getString(0), Params.bytes(row, 1), null));
              }
              return expired;
            });
  }

  Future<Boolean> isExpired(ObjectId id) {
    return pool.preparedQuery(IS_EXPIRED)
        .execute(Tuple.of(Params.id(id), clock.aheadMillis()))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /** Deletes keys that expired before that time. */
  Future<Integer> deleteKeys(long nowMillis, int limit) {
    return pool.preparedQuery(DELETE_KEYS)
        .execute(Tuple.of(nowMillis, (long) limit))
        .map(rows -> rows.rowCount());
  }
}
