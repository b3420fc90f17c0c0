package dev.weft.durable.internal.view;

import dev.weft.durable.internal.ObjectErrors;
import java.time.Duration;
import java.time.Instant;

/** When things expire, in milliseconds of the database's clock since 1970. */
final class Expiries {

  /** So long after now. */
  static long after(long nowMillis, Duration timeToLive) {
    try {
      long millis = timeToLive.toMillis();
      if (millis > 0) {
        return Math.addExact(nowMillis, millis);
      }
    } catch (ArithmeticException e) {
      // Said below.
    }
    throw ObjectErrors.badExpiry(
        "What expires does so after a millisecond or more that 64 bits can count, not after "
            + timeToLive
            + ".");
  }

  /** At that time; one that has passed is allowed. */
  static long at(Instant when) {
    try {
      long millis = when.toEpochMilli();
      if (millis > 0) {
        return millis;
      }
    } catch (ArithmeticException e) {
      // Said below.
    }
    throw ObjectErrors.badExpiry(
        "An object expires after 1970 and within what 64 bits of milliseconds hold, not at "
            + when
            + ".");
  }

  private Expiries() {}
}
