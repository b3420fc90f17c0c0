package dev.weft.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;

/**
 * A pool no wait of which is without end. The client's own pool bounds the wait for a connection
 * that somebody asks for, but neither that of a single statement nor any answer.
 */
final class BoundedPool implements Pool {
  private final Pool pool;
  private final Duration answer;
  private final Duration whole;

  /**
   * @param wait for a connection; also the pool's own limit
   * @param answer for an answer
   */
  BoundedPool(Pool pool, Duration wait, Duration answer) {
    this.pool = pool;
    this.answer = answer;
    this.whole = wait.plus(answer);
  }

  @Override
  public Future<SqlConnection> getConnection() {
    // How long this takes is an option of the pool, which must know of it: a connection that nobody
    // waits for any more goes to the next.
    return pool.getConnection().map(connection -> new BoundedConnection(connection, answer));
  }

  @Override
  public Query<RowSet<Row>> query(String sql) {
    return new BoundedQuery<>(pool.query(sql), whole);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    return new BoundedQuery.Prepared<>(pool.preparedQuery(sql), whole);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    return new BoundedQuery.Prepared<>(pool.preparedQuery(sql, options), whole);
  }

  @Override
  public int size() {
    return pool.size();
  }

  @Override
  public Future<Void> close() {
    return pool.close();
  }
}
