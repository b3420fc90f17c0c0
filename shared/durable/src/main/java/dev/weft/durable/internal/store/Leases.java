package dev.weft.durable.internal.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Life and death of nodes. Times are the database's. Renewal and burial meet at the lock of the
 * node's row, where the second of them sees what the first did; no burial is ever undone.
 */
final class Leases {
  private static final Logger log = LoggerFactory.getLogger(Leases.class);

  private static final String UNTIL = "clock_timestamp() + make_interval(secs => $%d::float8)";

  // A repeated registration whose answer was lost is let through; one of the dead is not.
  private static final String REGISTER =
      ("INSERT INTO do_node AS n (incarnation, node_id, tag, state, expires_at, started_at)"
              + " VALUES ($1, $2, $3, 'ALIVE', "
              + UNTIL
              + ", clock_timestamp())"
              + " ON CONFLICT (incarnation) DO UPDATE SET expires_at = excluded.expires_at"
              + " WHERE n.state = 'ALIVE' AND n.node_id = excluded.node_id RETURNING 1")
          .formatted(4);

  private static final String RENEW =
      ("UPDATE do_node SET expires_at = " + UNTIL).formatted(2)
          + " WHERE incarnation = $1 AND state <> 'DEAD'";

  private static final String DRAIN =
      "UPDATE do_node SET state = 'DRAINING' WHERE incarnation = $1 AND state = 'ALIVE'";

  private static final String BURY =
      "UPDATE do_node SET state = 'DEAD' WHERE incarnation = $1 AND state <> 'DEAD'";

  // A row that is locked is being renewed just now: passing it over keeps this connection free. The
  // server may have been down itself, so that nobody could renew: hence the grace.
  private static final String BURY_EXPIRED =
      "UPDATE do_node SET state = 'DEAD' WHERE incarnation IN (SELECT incarnation FROM do_node"
          + " WHERE state <> 'DEAD' AND expires_at < clock_timestamp()"
          + " AND pg_postmaster_start_time() + make_interval(secs => $1::float8)"
          + " < clock_timestamp() FOR UPDATE SKIP LOCKED)"
          + " AND state <> 'DEAD' AND expires_at < clock_timestamp() RETURNING incarnation";

  private static final String END_SESSIONS =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
          + " WHERE application_name = ANY($1::text[]) AND datname = current_database()"
          + " AND pid <> pg_backend_pid()";

  private final Link link;
  private final Pool pool;

  Leases(Link link, Pool pool) {
    this.link = link;
    this.pool = pool;
  }

  Future<Void> register(String incarnation, String nodeId, String tag, Duration ttl) {
    return link.execute(REGISTER, Tuple.of(incarnation, nodeId, tag, Params.seconds(ttl)))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw new IllegalStateException("incarnation " + incarnation + " was used before");
              }
              return null;
            });
  }

  Future<Boolean> renew(String incarnation, Duration ttl) {
    return link.execute(RENEW, Tuple.of(incarnation, Params.seconds(ttl)))
        .map(rows -> rows.rowCount() == 1);
  }

  Future<Void> drain(String incarnation) {
    return link.execute(DRAIN, Tuple.of(incarnation)).mapEmpty();
  }

  Future<Void> bury(String incarnation) {
    return link.execute(BURY, Tuple.of(incarnation))
        .compose(any -> endSessions(List.of(incarnation)));
  }

  Future<List<String>> buryExpired(Duration grace) {
    return link.execute(BURY_EXPIRED, Tuple.of(Params.seconds(grace)))
        .compose(
            rows -> {
              List<String> buried = new ArrayList<>();
              for (Row row : rows) {
                buried.add(row.getString(0));
              }
              return endSessions(buried).map(any -> buried);
            });
  }

  /** What a stopped process still has running would keep rows locked; safety does not need it. */
  private Future<Void> endSessions(List<String> incarnations) {
    if (incarnations.isEmpty()) {
      return Future.succeededFuture();
    }
    String[] names = incarnations.stream().map(PgSessions::nameOf).toArray(String[]::new);
    return pool.preparedQuery(END_SESSIONS)
        .execute(Tuple.of(names))
        .onFailure(failure -> log.warn("Cannot end the sessions of a dead node", failure))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }
}
