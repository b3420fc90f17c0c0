package dev.weft.postgres;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the database means for whoever called a service: one answer for all services. A
 * failure that speaks of the statement alone is not for callers, and stays as it is.
 */
public final class StorageErrors {
  /** How long a caller should wait before another try. */
  private static final long AWAY_MILLIS = 2_000;

  private static final long FULL_MILLIS = 10_000;

  /**
   * The error for the caller.
   *
   * @param service whose data it is
   * @return {@code <service>:storage.full.unavailable} when the disk is full, {@code
   *     <service>:storage.unavailable} when the database is away, has no room for more connections
   *     or does not answer in time, {@code <service>:text.invalid} when it has no place for a
   *     character; null for any other failure
   */
  public static @Nullable WeftError of(String service, Throwable failure) {
    if (SqlState.isDiskFull(failure)) {
      return WeftError.of(
              service + ":storage.full",
              Reason.UNAVAILABLE,
              "The disk of the database is full: nothing more can be kept until there is room.")
          .withDetail(WeftError.RETRY_AFTER_MILLIS, FULL_MILLIS);
    }
    if (SqlState.isUnavailable(failure)) {
      boolean refused = SqlState.kindOf(failure) == SqlState.Kind.PASSING;
      return WeftError.of(
              service + ":storage",
              Reason.UNAVAILABLE,
              failure instanceof TimeoutException
                  ? "The database of " + service + " does not answer in time; try again."
                  : "The database of " + service + " cannot be reached or is starting; try again.")
          .withOutcome(refused ? Outcome.NOT_EXECUTED : Outcome.UNKNOWN)
          .withDetail(WeftError.RETRY_AFTER_MILLIS, AWAY_MILLIS);
    }
    return switch (SqlState.of(failure)) {
      case "22021", "22P05" ->
          WeftError.of(
              service + ":text",
              Reason.INVALID,
              "A text holds a character that the database has no place for.");
      default -> null;
    };
  }

  private StorageErrors() {}
}
