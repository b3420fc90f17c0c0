package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Alarms outside of commits. */
final class PgAlarms {
  private static final String NOW = "SELECT " + PgClock.MILLIS;

  // Each namespace by its own stretch of the index. What another node is taking just now is passed
  // over; what it has taken is held until the time it set.
  private static final String TAKE_DUE =
      "WITH clock AS MATERIALIZED (SELECT "
          + PgClock.MILLIS
          + " + $4::bigint AS millis), due AS MATERIALIZED (SELECT d.object_id, d.name"
          + " FROM clock, unnest($1::text[]) AS w(namespace) CROSS JOIN LATERAL ("
          + "SELECT a.object_id, a.name, a.due_millis FROM do_alarm a"
          + " WHERE a.namespace = w.namespace AND a.due_millis <= clock.millis"
          + " AND (a.claimed_until IS NULL OR a.claimed_until <= to_timestamp(clock.millis / 1e3))"
          + " ORDER BY a.due_millis LIMIT $3::bigint FOR UPDATE OF a SKIP LOCKED) d"
          + " ORDER BY d.due_millis LIMIT $3::bigint)"
          + " UPDATE do_alarm a SET deliveries = a.deliveries + 1,"
          + " claimed_until = to_timestamp(clock.millis / 1e3) + make_interval(secs => $2::float8)"
          + " FROM clock, due WHERE a.object_id = due.object_id AND a.name = due.name"
          + " RETURNING a.namespace, a.object_id, a.name, a.due_millis, a.deliveries";

  private static final String OF_OBJECT =
      "SELECT name, due_millis, scheduled_millis, failures FROM do_alarm WHERE object_id = $1";

  private final Pool pool;
  private final PgClock clock;

  PgAlarms(Pool pool, PgClock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  Future<Long> now() {
    return pool.preparedQuery(NOW)
        .execute()
        .map(rows -> rows.iterator().next().getLong(0) + clock.aheadMillis());
  }

  Future<List<ObjectStore.DueAlarm>> takeDue(List<String> namespaces, Duration hold, int limit) {
    if (namespaces.isEmpty() || limit <= 0) {
      return Future.succeededFuture(List.of());
    }
    String[] names = namespaces.stream().distinct().toArray(String[]::new);
    return pool.preparedQuery(TAKE_DUE)
        .execute(Tuple.of(names, Params.seconds(hold), (long) limit, clock.aheadMillis()))
        .map(
            rows -> {
              List<ObjectStore.DueAlarm> due = new ArrayList<>();
              for (Row row : rows) {
                ObjectId id = new ObjectId(row.getString(0), Params.bytes(row, 1), null);
                due.add(
                    new ObjectStore.DueAlarm(
                        id, row.getString(2), row.getLong(3), row.getInteger(4)));
              }
              due.sort(Comparator.comparingLong(ObjectStore.DueAlarm::dueMillis));
              return due;
            });
  }

  Future<Map<String, WriteSet.AlarmRow>> ofObject(ObjectId id) {
    return pool.preparedQuery(OF_OBJECT)
        .execute(Tuple.of(Params.id(id)))
        .map(
            rows -> {
              Map<String, WriteSet.AlarmRow> alarms = new HashMap<>();
              for (Row row : rows) {
                alarms.put(row.getString(0), alarm(row, 1));
              }
              return alarms;
            });
  }

  /** Reads due, scheduled and failures, beginning at a column. */
  static WriteSet.AlarmRow alarm(Row row, int first) {
    return new WriteSet.AlarmRow(
        row.getLong(first), row.getLong(first + 1), row.getInteger(first + 2));
  }
}
