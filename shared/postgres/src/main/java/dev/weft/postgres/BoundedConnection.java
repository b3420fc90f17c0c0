package dev.weft.postgres;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.spi.DatabaseMetadata;
import java.time.Duration;

/** A connection whose answers are not waited for longer than they may take. */
final class BoundedConnection implements SqlConnection {
  private final SqlConnection connection;
  private final Duration time;

  BoundedConnection(SqlConnection connection, Duration time) {
    this.connection = connection;
    this.time = time;
  }

  /** The same connection with more or less time for each answer. */
  static SqlConnection of(SqlConnection connection, Deadline deadline) {
    return connection instanceof BoundedConnection bounded
        ? new BoundedConnection(bounded.connection, deadline.answer())
        : new BoundedConnection(connection, deadline.answer());
  }

  @Override
  public Query<RowSet<Row>> query(String sql) {
    return new BoundedQuery<>(connection.query(sql), time);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    return new BoundedQuery.Prepared<>(connection.preparedQuery(sql), time);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    return new BoundedQuery.Prepared<>(connection.preparedQuery(sql, options), time);
  }

  @Override
  public Future<PreparedStatement> prepare(String sql) {
    return Deadline.within(time, connection.prepare(sql));
  }

  @Override
  public Future<PreparedStatement> prepare(String sql, PrepareOptions options) {
    return Deadline.within(time, connection.prepare(sql, options));
  }

  @Override
  public Future<Transaction> begin() {
    return Deadline.within(time, connection.begin().map(begun -> new Bounded(begun, time)));
  }

  @Override
  public Transaction transaction() {
    return connection.transaction();
  }

  @Override
  public SqlConnection exceptionHandler(Handler<Throwable> handler) {
    connection.exceptionHandler(handler);
    return this;
  }

  @Override
  public SqlConnection closeHandler(Handler<Void> handler) {
    connection.closeHandler(handler);
    return this;
  }

  @Override
  public boolean isSSL() {
    return connection.isSSL();
  }

  @Override
  public DatabaseMetadata databaseMetadata() {
    return connection.databaseMetadata();
  }

  @Override
  public Future<Void> close() {
    return Deadline.within(time, connection.close());
  }

  private record Bounded(Transaction transaction, Duration time) implements Transaction {
    @Override
    public Future<Void> commit() {
      return Deadline.within(time, transaction.commit());
    }

    @Override
    public Future<Void> rollback() {
      return Deadline.within(time, transaction.rollback());
    }

    @Override
    public Future<Void> completion() {
      return transaction.completion();
    }
  }
}
