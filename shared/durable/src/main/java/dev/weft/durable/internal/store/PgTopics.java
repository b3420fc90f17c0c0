package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.TopicRows.ItemPage;
import dev.weft.durable.internal.store.TopicRows.ItemRow;
import dev.weft.durable.internal.store.TopicRows.TopicRow;
import dev.weft.durable.internal.store.TopicRows.TopicStanding;
import dev.weft.durable.internal.store.TopicRows.WatchedTopic;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked of topics and their watchers, beside claims and commits. */
final class PgTopics {
  // The lock makes a claim that comes at the same time wait: it sees the row then.
  private static final String WATCH =
      "WITH mine AS (SELECT o.id FROM do_object o WHERE o.id = $1 AND o.owner = $2 AND o.epoch = $3"
          + " FOR SHARE) INSERT INTO do_watch AS v (object_id, topic, node_id, stamp)"
          + " SELECT mine.id, $4, $5, $6 FROM mine ON CONFLICT (object_id, topic, node_id)"
          + " DO UPDATE SET stamp = greatest(v.stamp, excluded.stamp)";

  private static final String UNWATCH =
      "DELETE FROM do_watch v USING unnest($2::bytea[], $3::text[], $4::bigint[])"
          + " AS w(id, topic, stamp) WHERE v.object_id = w.id AND v.topic = w.topic"
          + " AND v.node_id = $1 AND v.stamp <= w.stamp";

  private static final String UNWATCH_ALL = "DELETE FROM do_watch WHERE node_id = $1";

  /** From one node to the next, however many rows each has. */
  private static final String NODES =
      "WITH RECURSIVE n AS ((SELECT node_id FROM do_watch ORDER BY node_id LIMIT 1) UNION ALL"
          + " SELECT (SELECT v.node_id FROM do_watch v WHERE v.node_id > n.node_id"
          + " ORDER BY v.node_id LIMIT 1) FROM n WHERE n.node_id IS NOT NULL)"
          + " SELECT node_id FROM n WHERE node_id IS NOT NULL";

  private static final String ITEMS =
      "SELECT t.sequence, t.total, t.epoch, t.ended, i.sequence, i.previous, i.total, i.item"
          + " FROM do_topic t LEFT JOIN LATERAL (SELECT s.*, sum(octet_length(s.item))"
          + " OVER (ORDER BY s.sequence) - octet_length(s.item) AS before FROM (SELECT k.sequence,"
          + " k.previous, k.total, k.item FROM do_topic_item k WHERE k.object_id = $1"
          + " AND k.topic = $2 AND k.sequence > $3 ORDER BY k.sequence LIMIT $4) s) i"
          + " ON i.before < $5 WHERE t.object_id = $1 AND t.topic = $2 ORDER BY i.sequence";

  private static final String NOTE =
      "INSERT INTO do_watch (object_id, topic, node_id, stamp) SELECT w.id, w.topic, $1, w.stamp"
          + " FROM unnest($2::bytea[], $3::text[], $4::bigint[]) AS w(id, topic, stamp)"
          + " ON CONFLICT DO NOTHING";

  private static final String STANDINGS =
      "SELECT t.sequence, t.total, t.epoch, t.ended, o.epoch, CASE WHEN n.state <> 'DEAD' THEN"
          + " n.node_id END, o.owner IS NOT NULL FROM unnest($1::bytea[], $2::text[])"
          + " WITH ORDINALITY AS w(id, topic, nth)"
          + " LEFT JOIN do_topic t ON t.object_id = w.id AND t.topic = w.topic"
          + " LEFT JOIN do_object o ON o.id = w.id"
          + " LEFT JOIN do_node n ON n.incarnation = o.owner ORDER BY w.nth";

  private final Pool pool;

  PgTopics(Pool pool) {
    this.pool = pool;
  }

  Future<Boolean> watch(
      ObjectId id, String incarnation, long epoch, String topic, String nodeId, long stamp) {
    return pool.preparedQuery(WATCH)
        .execute(Tuple.of(Params.id(id), incarnation, epoch, topic, nodeId, stamp))
        .map(rows -> rows.rowCount() == 1);
  }

  Future<Void> unwatch(String nodeId, List<WatchedTopic> topics) {
    return pool.preparedQuery(UNWATCH).execute(parameters(nodeId, topics)).mapEmpty();
  }

  Future<Void> unwatchAll(String nodeId) {
    return pool.preparedQuery(UNWATCH_ALL).execute(Tuple.of(nodeId)).mapEmpty();
  }

  Future<List<String>> watchingNodes() {
    return pool.query(NODES)
        .execute()
        .map(
            rows -> {
              List<String> nodes = new ArrayList<>();
              rows.forEach(row -> nodes.add(row.getString(0)));
              return nodes;
            });
  }

  Future<ItemPage> items(ObjectId id, String topic, long after, int limit, long maxBytes) {
    return pool.preparedQuery(ITEMS)
        .execute(Tuple.of(Params.id(id), topic, after, (long) limit, maxBytes))
        .map(
            rows -> {
              TopicRow row = null;
              List<ItemRow> items = new ArrayList<>();
              for (Row each : rows) {
                row = topic(each);
                if (each.getLong(4) != null) {
                  items.add(
                      new ItemRow(
                          each.getLong(4),
                          each.getLong(5),
                          each.getLong(6),
                          Params.bytes(each, 7)));
                }
              }
              return new ItemPage(row, items);
            });
  }

  Future<List<TopicStanding>> standings(String nodeId, List<WatchedTopic> topics) {
    if (topics.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    Tuple all = parameters(nodeId, topics);
    return pool.preparedQuery(NOTE)
        .execute(all)
        .compose(
            _ -> pool.preparedQuery(STANDINGS).execute(Tuple.of(all.getValue(1), all.getValue(2))))
        .map(
            rows -> {
              List<TopicStanding> standings = new ArrayList<>();
              for (Row row : rows) {
                Long epoch = row.getLong(4);
                standings.add(
                    new TopicStanding(
                        topic(row),
                        epoch == null ? 0 : epoch,
                        row.getString(5),
                        row.getBoolean(6)));
              }
              return standings;
            });
  }

  private static @Nullable TopicRow topic(Row row) {
    return row.getLong(0) == null
        ? null
        : new TopicRow(row.getLong(0), row.getLong(1), row.getLong(2), row.getBoolean(3));
  }

  private static Tuple parameters(String nodeId, List<WatchedTopic> topics) {
    return Tuple.of(
        nodeId,
        topics.stream().map(each -> Params.id(each.id())).toArray(Buffer[]::new),
        topics.stream().map(WatchedTopic::topic).toArray(String[]::new),
        topics.stream().map(WatchedTopic::stamp).toArray(Long[]::new));
  }
}
