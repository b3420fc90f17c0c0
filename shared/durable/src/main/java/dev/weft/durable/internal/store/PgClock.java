package dev.weft.durable.internal.store;

import java.util.function.LongSupplier;

/**
 * The clock that alarms and expiries go by, in milliseconds since 1970: the database's, or one that
 * is ahead of it.
 *
 * @param ahead by so many milliseconds
 */
record PgClock(LongSupplier ahead) {
  /** SQL that reads the database's. */
  static final String MILLIS = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

  /** What is to be added to the database's. */
  long aheadMillis() {
    return ahead.getAsLong();
  }
}
