package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.ObjectStore.HeldRow;
import dev.weft.durable.internal.store.ObjectStore.ProjectionRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What people and upkeep ask of projections. */
final class PgProjections {
  private static final int MOST_COUNTED = 10_000;
  private static final int MOST_HELD = 100;
  private static final int AT_ONCE = 10_000;

  // Of a projection that is built anew the one that is in use counts.
  private static final String LIST =
      "SELECT DISTINCT ON (p.projection) p.stream, p.projection, p.namespace, p.version,"
          + " EXISTS (SELECT 1 FROM do_projection b WHERE b.projection = p.projection"
          + " AND b.state = 'BUILDING'), (SELECT count(*) FROM (SELECT 1 FROM do_outbox o"
          + " WHERE o.stream = p.stream LIMIT "
          + MOST_COUNTED
          + ") w), coalesce((SELECT floor(extract(epoch FROM now() - o.created_at) * 1000)::bigint"
          + " FROM do_outbox o WHERE o.stream = p.stream AND NOT o.held ORDER BY o.position LIMIT"
          + " 1), 0) FROM do_projection p WHERE p.state <> 'DEAD' ORDER BY p.projection, p.state"
          + " DESC";

  private static final String HELD =
      "SELECT h.stream, p.namespace, h.object_id, o.name, h.failures,"
          + " floor(extract(epoch FROM h.retry_at) * 1000)::bigint, h.error FROM do_outbox_hold h"
          + " JOIN do_projection p USING (stream) LEFT JOIN do_object o ON o.id = h.object_id"
          + " WHERE p.state <> 'DEAD' ORDER BY h.failures DESC LIMIT "
          + MOST_HELD;

  private static final String REBUILD =
      "UPDATE do_projection SET rebuild = true WHERE projection = $1 AND state = 'LIVE'";

  // What no node has wanted for a week costs every commit of its objects a row that stays.
  private static final String FORGET =
      "UPDATE do_projection SET state = 'DEAD'"
          + " WHERE state <> 'DEAD' AND seen_at < now() - interval '7 days'";

  private static final String DEAD = "SELECT stream FROM do_projection WHERE state = 'DEAD'";

  /** What streams leave, each with an index that begins with the stream. */
  private static final List<String> LEFT =
      List.of(
          left("do_outbox", "NOT t.held AND "),
          left("do_outbox", "t.held AND "),
          left("do_outbox_hold", ""),
          left("do_projected", ""));

  // A commit that did not know of the end may still bring records: it takes seconds at most.
  private static final String END =
      "DELETE FROM do_projection p WHERE p.stream = $1 AND p.seen_at < now() - interval '5 minutes'"
          + " AND NOT EXISTS (SELECT 1 FROM do_outbox o WHERE o.stream = $1 AND NOT o.held)";

  // Which objects have told what they have is asked no more when the tables are complete, but of
  // those on hold.
  private static final String TOLD =
      "DELETE FROM do_projected WHERE ctid = ANY(ARRAY(SELECT d.ctid FROM do_projection p"
          + " JOIN do_projected d ON d.stream = p.stream WHERE p.state = 'LIVE' AND NOT EXISTS"
          + " (SELECT 1 FROM do_outbox_hold h WHERE h.stream = d.stream"
          + " AND h.object_id = d.object_id) LIMIT "
          + AT_ONCE
          + "))";

  private final Pool pool;

  PgProjections(Pool pool) {
    this.pool = pool;
  }

  Future<List<ProjectionRow>> list() {
    return pool.query(HELD)
        .execute()
        .compose(
            held -> {
              Map<Integer, List<HeldRow>> byStream = new HashMap<>();
              for (Row row : held) {
                ObjectId id =
                    new ObjectId(row.getString(1), Params.bytes(row, 2), row.getString(3));
                byStream
                    .computeIfAbsent(row.getInteger(0), _ -> new ArrayList<>())
                    .add(new HeldRow(id, row.getInteger(4), row.getLong(5), row.getString(6)));
              }
              return pool.query(LIST)
                  .execute()
                  .map(
                      rows -> {
                        List<ProjectionRow> list = new ArrayList<>();
                        for (Row row : rows) {
                          list.add(
                              new ProjectionRow(
                                  row.getString(1),
                                  row.getString(2),
                                  row.getInteger(3),
                                  row.getBoolean(4),
                                  row.getInteger(5),
                                  row.getLong(6),
                                  byStream.getOrDefault(row.getInteger(0), List.of())));
                        }
                        return list;
                      });
            });
  }

  Future<Boolean> rebuild(String projection) {
    return pool.preparedQuery(REBUILD)
        .execute(Tuple.of(projection))
        .map(rows -> rows.rowCount() > 0);
  }

  private static String left(String table, String condition) {
    return "DELETE FROM "
        + table
        + " WHERE ctid = ANY(ARRAY(SELECT t.ctid FROM "
        + table
        + " t WHERE "
        + condition
        + "t.stream = $1 LIMIT "
        + AT_ONCE
        + "))";
  }

  /** Drops projections that nobody runs any more, and deletes what dead ones have left. */
  Future<Integer> tidy() {
    return pool.query(FORGET)
        .execute()
        .compose(_ -> all(TOLD, Tuple.tuple(), 0))
        .compose(
            told ->
                pool.query(DEAD)
                    .execute()
                    .compose(
                        dead -> {
                          Future<Integer> count = Future.succeededFuture(told);
                          for (Row row : dead) {
                            Tuple stream = Tuple.of(row.getInteger(0));
                            for (String left : LEFT) {
                              count = count.compose(before -> all(left, stream, before));
                            }
                            count = count.compose(before -> all(END, stream, before));
                          }
                          return count;
                        }));
  }

  /** Executes a statement as long as there is much for it to do. */
  private Future<Integer> all(String sql, Tuple parameters, int before) {
    return pool.preparedQuery(sql)
        .execute(parameters)
        .compose(
            rows ->
                rows.rowCount() < AT_ONCE
                    ? Future.succeededFuture(before + rows.rowCount())
                    : all(sql, parameters, before + rows.rowCount()));
  }
}
