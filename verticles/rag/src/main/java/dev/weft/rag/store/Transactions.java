package dev.weft.rag.store;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Straight code in a transaction. For threads that may await. */
final class Transactions {

  private static final Logger log = LoggerFactory.getLogger(Transactions.class);

  /** PostgreSQL gave way to another transaction and did nothing: deadlock, serialisation. */
  private static final Set<String> REPEATABLE = Set.of("40P01", "40001");

  private static final int ATTEMPTS = 5;

  /** Runs the work and commits, or rolls back and throws what the work threw. */
  static <T> T run(Pool pool, Function<SqlConnection, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(pool, work);
      } catch (PgException e) {
        if (attempt == ATTEMPTS || !REPEATABLE.contains(e.getSqlState())) {
          throw e;
        }
        log.atDebug().addKeyValue("state", e.getSqlState()).log("Repeating a transaction");
      }
    }
  }

  private static <T> T once(Pool pool, Function<SqlConnection, T> work) {
    SqlConnection connection = pool.getConnection().await();
    try {
      Transaction transaction = connection.begin().await();
      T result;
      try {
        result = work.apply(connection);
      } catch (RuntimeException e) {
        rollBack(transaction);
        throw e;
      }
      transaction.commit().await();
      return result;
    } finally {
      connection.close();
    }
  }

  private static void rollBack(Transaction transaction) {
    try {
      transaction.rollback().await();
    } catch (RuntimeException e) {
      // The connection is gone, and with it the transaction; the first failure says more.
      log.atDebug().setCause(e).log("Rolling back failed");
    }
  }

  private Transactions() {}
}
