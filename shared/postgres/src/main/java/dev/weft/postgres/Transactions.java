package dev.weft.postgres;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Straight code in a transaction. For threads that may await. The work uses the connection that it
 * is given and never the pool: one that needs a second connection while it holds one can wait for
 * itself.
 */
public final class Transactions {

  private static final Logger log = LoggerFactory.getLogger(Transactions.class);

  private static final int ATTEMPTS = 5;

  /**
   * Runs the work and commits, or rolls back and throws what the work threw. Runs it again when
   * PostgreSQL gave way to another transaction and did nothing.
   */
  public static <T> T run(Pool pool, Function<SqlConnection, T> work) {
    return run(pool, Deadline.REQUEST, work);
  }

  /** Same, with another limit for each of its statements. */
  public static <T> T run(Pool pool, Deadline deadline, Function<SqlConnection, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(pool, deadline, work);
      } catch (PgException e) {
        if (attempt == ATTEMPTS || !SqlState.gaveWay(e)) {
          throw e;
        }
        log.atDebug().addKeyValue("state", SqlState.of(e)).log("Repeating a transaction");
      }
    }
  }

  /**
   * Same, one caller in the whole cluster at a time; the others wait for as long as a statement may
   * take.
   *
   * @param lock names what is locked
   */
  public static <T> T alone(Pool pool, String lock, Function<SqlConnection, T> work) {
    return run(
        pool,
        connection -> {
          connection
              .preparedQuery("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
              .execute(Tuple.of("weft." + lock))
              .await();
          return work.apply(connection);
        });
  }

  private static <T> T once(Pool pool, Deadline deadline, Function<SqlConnection, T> work) {
    SqlConnection connection = BoundedConnection.of(pool.getConnection().await(), deadline);
    try {
      Transaction transaction = connection.begin().await();
      T result;
      try {
        if (deadline != Deadline.REQUEST) {
          connection
              .query("SET LOCAL statement_timeout = " + deadline.statement().toMillis())
              .execute()
              .await();
        }
        result = work.apply(connection);
      } catch (Exception e) { // await() throws checked ones undeclared
        Future<Void> rolledBack = transaction.rollback().otherwiseEmpty();
        if (!(SqlState.cause(e) instanceof TimeoutException)) {
          rolledBack.await();
        }
        throw e;
      }
      transaction.commit().await();
      return result;
    } finally {
      connection.close();
    }
  }

  private Transactions() {}
}
