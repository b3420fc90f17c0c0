package dev.weft.auth.store;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.postgres.SqlState;
import dev.weft.postgres.Transactions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Function;
import java.util.function.Supplier;

/** Waits for the database, with an answer for people when it is not there. */
public final class Sql {

  /**
   * The result.
   *
   * @throws dev.weft.contracts.WeftException {@code auth:database.unavailable} when the database
   *     cannot be reached or does not answer in time; any other failure is thrown as it is
   */
  public static <T> T await(Future<T> result) {
    return explained(result::await);
  }

  /**
   * Runs the body in a transaction, one caller in the whole cluster at a time; fails like {@link
   * #await}.
   *
   * @param lock names what is locked
   */
  public static <T> T alone(Pool pool, String lock, Function<SqlConnection, T> body) {
    return explained(() -> Transactions.alone(pool, lock, body));
  }

  private static <T> T explained(Supplier<T> work) {
    try {
      return work.get();
    } catch (Exception e) { // await() throws checked ones undeclared
      if (!SqlState.isUnavailable(e)) {
        throw e;
      }
      throw WeftError.of(
              "auth:database",
              Reason.UNAVAILABLE,
              "The database of auth does not answer; try again.")
          .withOutcome(Outcome.UNKNOWN)
          .exception(e);
    }
  }

  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private Sql() {}
}
