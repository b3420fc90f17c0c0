package dev.weft.durable.internal.store;

import dev.weft.mesh.vertx.Contexts;
import dev.weft.postgres.Deadline;
import dev.weft.postgres.SqlState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One connection, made when it is needed and made anew after it was lost. Statements are prepared
 * once and may be sent before earlier ones are answered. Safe for use by any thread.
 *
 * <p>It lives on an event loop of its own choosing: the caller's context may be one that is kept
 * waiting.
 */
final class Link {
  private final ConnectionFactory<PgConnectOptions> factory;
  private final Context context;
  private final PgConnectOptions options;
  private final Deadline deadline;
  private @Nullable Future<SqlConnection> current;
  private boolean closed;

  /**
   * @param deadline how long an answer may take before the connection is given up
   */
  Link(Vertx vertx, PgConnectOptions options, Deadline deadline) {
    NetClientOptions net =
        new NetClientOptions()
            .setConnectTimeout((int) Deadline.CONNECT.toMillis())
            .setTcpKeepAlive(true)
            .setTcpUserTimeout((int) deadline.answer().toMillis());
    this.factory = PgDriver.INSTANCE.createConnectionFactory(vertx, net);
    this.context = Contexts.newEventLoop(vertx);
    this.options = options;
    this.deadline = deadline;
  }

  /** Where its futures complete. */
  Context context() {
    return context;
  }

  /** The connection as it is, or a new one. */
  synchronized Future<SqlConnection> connection() {
    if (closed) {
      return Future.failedFuture("closed");
    }
    Future<SqlConnection> known = current;
    if (known != null) {
      return known;
    }
    Future<SqlConnection> connecting = factory.connect(context, options);
    Future<SqlConnection> made =
        connecting.timeout(Deadline.CONNECT.toMillis(), TimeUnit.MILLISECONDS);
    current = made;
    connecting.onSuccess(
        connection -> {
          if (made.failed()) {
            // It came too late: nobody holds it.
            connection.close();
          }
        });
    made.onComplete(
        connection -> {
          connection.closeHandler(any -> forget(made));
          connection.exceptionHandler(any -> drop(connection));
        },
        failure -> forget(made));
    return made;
  }

  private synchronized void forget(Future<SqlConnection> lost) {
    if (current == lost) {
      current = null;
    }
  }

  /** Executes a statement; the future fails when it is not answered in time. */
  Future<RowSet<Row>> execute(String sql, Tuple parameters) {
    return connection().compose(connection -> execute(connection, sql, parameters));
  }

  /** Executes a statement on a connection of this link. */
  Future<RowSet<Row>> execute(SqlConnection connection, String sql, Tuple parameters) {
    return deadline
        .bound(connection.preparedQuery(sql).execute(parameters))
        .onFailure(
            failure -> {
              if (failure instanceof TimeoutException || SqlState.endsConnection(failure)) {
                drop(connection);
              }
            });
  }

  /** Gives up the connection, whatever it is doing; the next statement makes a new one. */
  void drop() {
    Future<SqlConnection> known;
    synchronized (this) {
      known = current;
      current = null;
    }
    if (known != null) {
      known.onSuccess(SqlConnection::close);
    }
  }

  private void drop(SqlConnection connection) {
    synchronized (this) {
      Future<SqlConnection> known = current;
      if (known != null && known.succeeded() && known.result() == connection) {
        current = null;
      }
    }
    connection.close();
  }

  Future<Void> close() {
    Future<SqlConnection> known;
    synchronized (this) {
      closed = true;
      known = current;
      current = null;
    }
    Future<Void> gone =
        known == null ? Future.succeededFuture() : known.compose(SqlConnection::close);
    return gone.otherwiseEmpty()
        .compose(
            any -> {
              Promise<Void> freed = Promise.promise();
              factory.close(freed);
              return freed.future();
            });
  }
}
