package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people and housekeeping ask of the store; nothing here is on a turn's way. */
final class PgInspection {
  // An owner that is dead, or that is not known any more, is none.
  private static final String COLUMNS =
      "SELECT o.namespace, o.id, o.name, CASE WHEN n.state <> 'DEAD' THEN n.node_id END, o.epoch,"
          + " o.seq, o.version, floor(extract(epoch FROM o.last_turn_at) * 1000)::bigint"
          + " FROM do_object o LEFT JOIN do_node n ON n.incarnation = o.owner"
          + " WHERE o.version >= 0 AND ";

  private static final String FIND = COLUMNS + "o.id = $1";

  private static final String NAME = "SELECT name FROM do_object WHERE id = $1 AND version >= 0";

  // A prefix is a range of the index, up to the last character there is; written as one because a
  // condition on the beginning is not recognized when it is a parameter.
  private static final String NAMED =
      COLUMNS
          + "o.namespace = $1 AND o.name >= $2 AND o.name < $2 || chr(1114111)"
          + " AND starts_with(o.name, $2)"
          + " AND (o.name, o.id) > ($3, $4) ORDER BY o.name, o.id LIMIT $5";

  private static final String UNNAMED =
      COLUMNS + "o.namespace = $1 AND o.name IS NULL AND o.id > $2 ORDER BY o.id LIMIT $3";

  private static final String EPOCHS =
      "SELECT epoch, incarnation, node_id, floor(extract(epoch FROM since) * 1000)::bigint"
          + " FROM do_epoch WHERE object_id = $1 ORDER BY epoch DESC LIMIT $2";

  // Claimed at that epoch, so nobody else's commit can come any more, and what is stored is all
  // seen. The row stays with its epoch: one that began anew could be taken for an earlier one.
  private static final String DELETE =
      "WITH gone AS (UPDATE do_object SET owner = NULL, name = NULL, version = -1,"
          + " last_turn_at = now() WHERE id = $1 AND owner = $2 AND epoch = $3"
          + " AND ($4::bigint = 0 OR EXISTS (SELECT 1 FROM do_expiry e WHERE e.object_id = $1"
          + " AND e.expires_millis <= $4)) RETURNING id, namespace),"
          + " kv AS (DELETE FROM do_kv k USING gone WHERE k.object_id = gone.id),"
          + " alarms AS (DELETE FROM do_alarm a USING gone WHERE a.object_id = gone.id),"
          + " replies AS (DELETE FROM do_reply r USING gone WHERE r.object_id = gone.id),"
          + " history AS (DELETE FROM do_epoch e USING gone WHERE e.object_id = gone.id),"
          + " expiry AS (DELETE FROM do_expiry e USING gone WHERE e.object_id = gone.id),"
          + " items AS (DELETE FROM do_topic_item i USING gone WHERE i.object_id = gone.id),"
          + " topics AS (UPDATE do_topic t SET ended = false FROM gone"
          + " WHERE t.object_id = gone.id AND t.ended),"
          // Projections learn of it after all that it told them; the name is that of before.
          + " told AS (INSERT INTO do_outbox (stream, kind, snapshot, object_id, record,"
          + " created_at) SELECT p.stream, 1, 0, gone.id, convert_to(coalesce((SELECT o.name"
          + " FROM do_object o WHERE o.id = $1), ''), 'UTF8'), now() FROM gone"
          + " JOIN do_projection p ON p.namespace = gone.namespace AND p.state <> 'DEAD')"
          + " SELECT id FROM gone";

  private static final String TIDY_REPLIES =
      "DELETE FROM do_reply WHERE ctid = ANY(ARRAY(SELECT ctid FROM do_reply"
          + " WHERE created_at < now() - make_interval(secs => $1::float8)"
          + " ORDER BY created_at LIMIT 10000))";

  // What a forgotten node still owns counts as owned by a dead one.
  private static final String TIDY_NODES =
      "DELETE FROM do_node WHERE state = 'DEAD' AND expires_at < now() - interval '1 hour'";

  private static final Buffer LOWEST = Buffer.buffer();

  private final Pool pool;

  PgInspection(Pool pool) {
    this.pool = pool;
  }

  Future<Optional<ObjectStore.ObjectRow>> find(ObjectId id) {
    return pool.preparedQuery(FIND)
        .execute(Tuple.of(Params.id(id)))
        .map(rows -> rows(rows).stream().findFirst());
  }

  Future<List<ObjectStore.ObjectRow>> list(
      String namespace, String namePrefix, @Nullable String afterHex, int limit) {
    if (afterHex == null) {
      return named(namespace, namePrefix, "", LOWEST, limit);
    }
    Buffer after = Buffer.buffer(HexFormat.of().parseHex(afterHex));
    return pool.preparedQuery(NAME)
        .execute(Tuple.of(after))
        .compose(
            rows -> {
              for (Row row : rows) {
                String name = row.getString(0);
                return name == null
                    ? unnamed(namespace, namePrefix, after, limit)
                    : named(namespace, namePrefix, name, after, limit);
              }
              // It has been deleted meanwhile: where it stood is not known any more.
              return named(namespace, namePrefix, "", LOWEST, limit);
            });
  }

  private Future<List<ObjectStore.ObjectRow>> named(
      String namespace, String prefix, String afterName, Buffer afterId, int limit) {
    return pool.preparedQuery(NAMED)
        .execute(Tuple.of(namespace, prefix, afterName, afterId, (long) limit))
        .map(PgInspection::rows)
        .compose(
            named -> {
              if (named.size() >= limit) {
                return Future.succeededFuture(named);
              }
              return unnamed(namespace, prefix, LOWEST, limit - named.size())
                  .map(
                      more -> {
                        named.addAll(more);
                        return named;
                      });
            });
  }

  /** Objects without a name come last; none of them begins with anything. */
  private Future<List<ObjectStore.ObjectRow>> unnamed(
      String namespace, String prefix, Buffer after, int limit) {
    if (!prefix.isEmpty()) {
      return Future.succeededFuture(new ArrayList<>());
    }
    return pool.preparedQuery(UNNAMED)
        .execute(Tuple.of(namespace, after, (long) limit))
        .map(PgInspection::rows);
  }

  private static List<ObjectStore.ObjectRow> rows(RowSet<Row> rows) {
    List<ObjectStore.ObjectRow> list = new ArrayList<>(rows.size());
    for (Row row : rows) {
      list.add(
          new ObjectStore.ObjectRow(
              new ObjectId(row.getString(0), Params.bytes(row, 1), row.getString(2)),
              row.getString(3),
              row.getLong(4),
              row.getLong(5),
              row.getInteger(6),
              row.getLong(7)));
    }
    return list;
  }

  Future<List<ObjectStore.EpochRow>> epochs(ObjectId id, int limit) {
    return pool.preparedQuery(EPOCHS)
        .execute(Tuple.of(Params.id(id), (long) limit))
        .map(
            rows -> {
              List<ObjectStore.EpochRow> epochs = new ArrayList<>();
              for (Row row : rows) {
                epochs.add(
                    new ObjectStore.EpochRow(
                        row.getLong(0), row.getString(1), row.getString(2), row.getLong(3)));
              }
              return epochs;
            });
  }

  Future<Boolean> delete(ObjectId id, String incarnation, long epoch, long expiredMillis) {
    return pool.preparedQuery(DELETE)
        .execute(Tuple.of(Params.id(id), incarnation, epoch, expiredMillis))
        .map(rows -> rows.size() > 0);
  }

  Future<Integer> tidy(Duration keepReplies) {
    return pool.preparedQuery(TIDY_REPLIES)
        .execute(Tuple.of(Params.seconds(keepReplies)))
        .compose(
            replies ->
                pool.preparedQuery(TIDY_NODES)
                    .execute()
                    .map(nodes -> replies.rowCount() + nodes.rowCount()));
  }
}
