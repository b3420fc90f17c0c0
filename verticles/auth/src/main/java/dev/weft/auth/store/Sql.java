package dev.weft.auth.store;

import dev.weft.postgres.Transactions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Function;

/** Waits for the database. */
public final class Sql {

  /**
   * The result.
   *
   * @throws dev.weft.contracts.WeftException {@code auth:storage.unavailable} when the database
   *     cannot be reached or does not answer in time, {@code auth:storage.full.unavailable} when
   *     its disk is full; any other failure is thrown as it is
   */
  public static <T> T await(Future<T> result) {
    return result.await();
  }

  /**
   * Runs the body in a transaction, one caller in the whole cluster at a time; fails like {@link
   * #await}.
   *
   * @param lock names what is locked
   */
  public static <T> T alone(Pool pool, String lock, Function<SqlConnection, T> body) {
    return Transactions.alone(pool, lock, body);
  }

  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private Sql() {}
}
