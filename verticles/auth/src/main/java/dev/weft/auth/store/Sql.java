package dev.weft.auth.store;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Waits for the database: with a limit, and with an answer for people when it is not there. */
public final class Sql {
  private static final long TIMEOUT_SECONDS = 5;

  /** SQLSTATE classes that speak of the connection or the server, not of the statement. */
  private static final String UNAVAILABLE_CLASSES = "08 53 57";

  /**
   * The result.
   *
   * @throws dev.weft.contracts.WeftException {@code auth:database.unavailable} when the database
   *     cannot be reached or does not answer in time; any other failure is thrown as it is
   */
  public static <T> T await(Future<T> result) {
    try {
      return result.timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).await();
    } catch (PgException e) {
      String state = String.valueOf(e.getSqlState());
      if (state.length() == 5 && UNAVAILABLE_CLASSES.contains(state.substring(0, 2))) {
        throw unavailable(e);
      }
      throw e;
    } catch (Exception e) { // await() throws checked ones undeclared
      throw unavailable(e);
    }
  }

  private static RuntimeException unavailable(Exception cause) {
    return WeftError.of(
            "auth:database", Reason.UNAVAILABLE, "The database of auth does not answer; try again.")
        .withOutcome(Outcome.UNKNOWN)
        .exception(cause);
  }

  /**
   * Runs the body in a transaction, one caller in the whole cluster at a time.
   *
   * @param lock names what is locked
   */
  public static <T> T alone(Pool pool, String lock, Function<SqlConnection, T> body) {
    SqlConnection connection = await(pool.getConnection());
    try {
      Transaction transaction = await(connection.begin());
      try {
        await(
            connection
                .preparedQuery("select pg_advisory_xact_lock(hashtextextended($1, 0))")
                .execute(Tuple.of("weft." + lock)));
        T result = body.apply(connection);
        await(transaction.commit());
        return result;
      } catch (RuntimeException e) {
        await(transaction.rollback().otherwiseEmpty());
        throw e;
      }
    } finally {
      await(connection.close().otherwiseEmpty());
    }
  }

  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private Sql() {}
}
