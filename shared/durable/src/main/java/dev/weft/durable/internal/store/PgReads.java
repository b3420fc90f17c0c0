package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.ObjectStore.KeySize;
import dev.weft.durable.internal.store.ObjectStore.Range;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads of what objects have stored. */
final class PgReads {
  private static final String CONFIRM =
      "SELECT o.epoch IS NOT DISTINCT FROM w.epoch AND o.owner IS NOT NULL"
          + " FROM unnest($1::bytea[], $2::bigint[]) WITH ORDINALITY AS w(id, epoch, nth)"
          + " LEFT JOIN do_object o ON o.id = w.id ORDER BY w.nth";

  private static final String READ =
      "SELECT k.key, k.value, k.expires_millis FROM unnest($2::bytea[]) AS w(key)"
          + " JOIN do_kv k ON k.object_id = $1 AND k.key = w.key"
          + " WHERE "
          + alive("k", "$3");

  private static final String REPLY =
      "SELECT failure, body FROM do_reply WHERE object_id = $1 AND request_id = $2";

  private final Pool pool;
  private final PgClock clock;

  PgReads(Pool pool, PgClock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** SQL that asks whether a key has not expired; most keys never do. */
  static String alive(String table, String aheadMillis) {
    return "("
        + table
        + ".expires_millis IS NULL OR "
        + table
        + ".expires_millis > "
        + PgClock.MILLIS
        + " + "
        + aheadMillis
        + "::bigint)";
  }

  Future<List<Boolean>> confirm(List<ObjectId> ids, List<Long> epochs) {
    if (ids.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return pool.preparedQuery(CONFIRM)
        .execute(Tuple.of(Params.ids(ids)).addValue(epochs.toArray(Long[]::new)))
        .map(
            rows -> {
              List<Boolean> answers = new ArrayList<>(ids.size());
              rows.forEach(row -> answers.add(row.getBoolean(0)));
              return answers;
            });
  }

  Future<ObjectStore.Found> read(ObjectId id, List<Key> keys) {
    if (keys.isEmpty()) {
      return Future.succeededFuture(new ObjectStore.Found(new TreeMap<>(), Map.of()));
    }
    Buffer[] wanted =
        keys.stream().distinct().map(key -> Params.bytes(key.bytes())).toArray(Buffer[]::new);
    return pool.preparedQuery(READ)
        .execute(Tuple.of(Params.id(id)).addValue(wanted).addLong(clock.aheadMillis()))
        .map(
            rows -> {
              Map<Key, Long> expiries = new HashMap<>(0);
              for (Row row : rows) {
                if (row.getLong(2) != null) {
                  expiries.put(Params.key(row, 0), row.getLong(2));
                }
              }
              return new ObjectStore.Found(fill(new TreeMap<>(), rows), expiries);
            });
  }

  Future<SortedMap<Key, byte[]>> range(ObjectId id, Range range) {
    SortedMap<Key, byte[]> found =
        new TreeMap<>(range.reverse() ? Comparator.reverseOrder() : null);
    return select("key, value", id, range).map(rows -> fill(found, rows));
  }

  Future<List<KeySize>> keys(ObjectId id, Range range) {
    return select("key, octet_length(value)", id, range)
        .map(
            rows -> {
              List<KeySize> keys = new ArrayList<>(rows.size());
              rows.forEach(row -> keys.add(new KeySize(Params.key(row, 0), row.getInteger(1))));
              return keys;
            });
  }

  private Future<RowSet<Row>> select(String columns, ObjectId id, Range range) {
    StringBuilder sql =
        new StringBuilder("SELECT ")
            .append(columns)
            .append(" FROM do_kv k WHERE object_id = $1 AND ")
            .append(alive("k", "$2"));
    Tuple parameters = Tuple.of(Params.id(id), clock.aheadMillis());
    Key from = range.from();
    if (from != null) {
      parameters.addValue(Params.bytes(from.bytes()));
      sql.append(range.fromInclusive() ? " AND key >= $" : " AND key > $");
      sql.append(parameters.size());
    }
    Key to = range.to();
    if (to != null) {
      parameters.addValue(Params.bytes(to.bytes()));
      sql.append(" AND key < $").append(parameters.size());
    }
    sql.append(range.reverse() ? " ORDER BY key DESC" : " ORDER BY key");
    if (range.limit() < Integer.MAX_VALUE) {
      parameters.addValue((long) range.limit());
      sql.append(" LIMIT $").append(parameters.size());
    }
    return pool.preparedQuery(sql.toString()).execute(parameters);
  }

  private static SortedMap<Key, byte[]> fill(SortedMap<Key, byte[]> found, RowSet<Row> rows) {
    for (Row row : rows) {
      found.put(Params.key(row, 0), Params.bytes(row, 1));
    }
    return found;
  }

  Future<Optional<WriteSet.Reply>> reply(ObjectId id, String requestId) {
    return pool.preparedQuery(REPLY)
        .execute(Tuple.of(Params.id(id), requestId))
        .map(
            rows -> {
              for (Row row : rows) {
                return Optional.of(
                    new WriteSet.Reply(requestId, row.getBoolean(0), Params.bytes(row, 1)));
              }
              return Optional.empty();
            });
  }
}
