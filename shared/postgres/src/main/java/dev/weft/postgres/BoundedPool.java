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
  /** Writes to the log and to a file, and leaves nothing. */
  private static final String PROBE =
      "CREATE TEMPORARY TABLE weft_room ON COMMIT DROP AS"
          + " SELECT repeat('x', 8000) FROM generate_series(1, 100)";

  private final Pool pool;
  private final Bounds answer;
  private final Bounds whole;
  private final StorageTrouble trouble;

  /**
   * @param wait for a connection; also the pool's own limit
   * @param answer for an answer
   * @param service whose data it is, for errors
   */
  BoundedPool(Pool pool, Duration wait, Duration answer, String service) {
    this.pool = pool;
    this.trouble = new StorageTrouble(service, System::nanoTime);
    this.answer = new Bounds(answer, trouble);
    this.whole = new Bounds(wait.plus(answer), trouble);
  }

  /**
   * Whether there is room on the disk, as far as is known: after a write failed for the lack of it
   * another is tried, until one succeeds. False also when that cannot be tried.
   */
  Future<Boolean> hasRoom() {
    if (!trouble.full()) {
      return Future.succeededFuture(true);
    }
    return withTransaction(connection -> connection.query(PROBE).execute())
        .transform(
            tried -> {
              if (tried.failed() && SqlState.mayPass(tried.cause())) {
                return Future.succeededFuture(false);
              }
              trouble.hasRoom();
              return Future.succeededFuture(true);
            });
  }

  /** A statement failed on a connection that is none of the pool's. */
  void failed(Throwable failure) {
    Throwable ignored = trouble.failed(failure);
  }

  @Override
  public Future<SqlConnection> getConnection() {
    // How long this takes is an option of the pool, which must know of it: a connection that nobody
    // waits for any more goes to the next.
    return answer
        .explained(pool.getConnection())
        .map(connection -> new BoundedConnection(connection, answer));
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
