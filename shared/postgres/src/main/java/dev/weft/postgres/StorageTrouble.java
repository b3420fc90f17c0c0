package dev.weft.postgres;

import dev.weft.contracts.WeftError;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong with one service's database at the moment. It makes the errors that callers get,
 * and logs the first of a trouble, then another now and then, and its end: thousands of requests
 * may fail while it lasts. Thread-safe.
 */
final class StorageTrouble {
  private static final Logger log = LoggerFactory.getLogger(StorageTrouble.class);

  private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofMinutes(5).toNanos();

  private final String service;
  private final LongSupplier nanoClock;
  private volatile boolean away;
  private volatile boolean full;
  private long failures;
  private long pauseNanos;
  private long nextLineNanos;

  StorageTrouble(String service, LongSupplier nanoClock) {
    this.service = service;
    this.nanoClock = nanoClock;
  }

  /** A statement failed; what to fail with. */
  Throwable failed(Throwable failure) {
    WeftError error = StorageErrors.of(service, failure);
    if (error == null) {
      return failure;
    }
    if (error.retryable()) {
      note(failure);
    }
    return error.exception(failure);
  }

  /** A statement succeeded. It may only have read, which a full disk does not hinder. */
  void succeeded() {
    if (away) {
      over(false);
    }
  }

  /** Whether the disk was full, and nobody has found that there is room again. */
  boolean full() {
    return full;
  }

  /** Something was written. */
  void hasRoom() {
    over(true);
  }

  private synchronized void note(Throwable failure) {
    boolean known = away || full;
    if (SqlState.isDiskFull(failure)) {
      full = true;
    } else {
      away = true;
    }
    failures++;
    long now = nanoClock.getAsLong();
    if (!known) {
      pauseNanos = FIRST_PAUSE_NANOS;
    } else if (now - nextLineNanos < 0) {
      return;
    } else {
      pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }
    nextLineNanos = now + pauseNanos;
    log.atWarn()
        .addKeyValue("service", service)
        .addKeyValue("failures", failures)
        .log("The database fails: {}", Refusals.reason(failure));
  }

  private synchronized void over(boolean wrote) {
    boolean was = away || full;
    away = false;
    full = full && !wrote;
    if (was && !full) {
      log.atInfo()
          .addKeyValue("service", service)
          .addKeyValue("failures", failures)
          .log("The database works again.");
      failures = 0;
    }
  }
}
