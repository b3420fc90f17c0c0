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

/** A connection whose answers are not waited for longer than they may take. */
final class BoundedConnection implements SqlConnection {
  private final SqlConnection connection;
  private final Bounds bounds;

  BoundedConnection(SqlConnection connection, Bounds bounds) {
    this.connection = connection;
    this.bounds = bounds;
  }

  /** The same connection with more or less time for each answer. */
  static SqlConnection of(SqlConnection connection, Deadline deadline) {
    return connection instanceof BoundedConnection bounded
        ? new BoundedConnection(bounded.connection, bounded.bounds.within(deadline.answer()))
        : new BoundedConnection(
            connection,
            new Bounds(deadline.answer(), new StorageTrouble("database", System::nanoTime)));
  }

  @Override
  public Query<RowSet<Row>> query(String sql) {
    return new BoundedQuery<>(connection.query(sql), bounds);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
    return new BoundedQuery.Prepared<>(connection.preparedQuery(sql), bounds);
  }

  @Override
  public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
    return new BoundedQuery.Prepared<>(connection.preparedQuery(sql, options), bounds);
  }

  @Override
  public Future<PreparedStatement> prepare(String sql) {
    return bounds.on(connection.prepare(sql));
  }

  @Override
  public Future<PreparedStatement> prepare(String sql, PrepareOptions options) {
    return bounds.on(connection.prepare(sql, options));
  }

  @Override
  public Future<Transaction> begin() {
    return bounds.on(connection.begin()).map(begun -> new Bounded(begun, bounds));
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
    return bounds.on(connection.close());
  }

  private record Bounded(Transaction transaction, Bounds bounds) implements Transaction {
    @Override
    public Future<Void> commit() {
      return bounds.on(transaction.commit());
    }

    @Override
    public Future<Void> rollback() {
      return bounds.on(transaction.rollback());
    }

    @Override
    public Future<Void> completion() {
      return transaction.completion();
    }
  }
}
