package dev.weft.durable.internal.host;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectInspector.Failing;
import dev.weft.durable.internal.ObjectErrors;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects whose constructor throws. After the second time in a row an object is left alone for a
 * while, twice as long each time; until then whoever calls it gets what was thrown last, at once.
 * Thread-safe.
 */
final class FailedStarts {
  private static final Logger log = LoggerFactory.getLogger(FailedStarts.class);
  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(500).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MAX_KNOWN = 10_000;
  private static final int LINES_A_MINUTE = 20;
  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoClock;
  private final Map<ObjectId, Failed> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectId, Failed> eldest) {
          return size() > MAX_KNOWN;
        }
      };
  private long minuteNanos;
  private int lines;
  private int untold;

  FailedStarts(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.minuteNanos = nanoClock.getAsLong();
  }

  /**
   * An object that could not be made.
   *
   * @param failures one after the other
   * @param againNanos when it may be tried again
   */
  private record Failed(int failures, Instant since, long againNanos, WeftException why) {}

  /** Its constructor has thrown. */
  synchronized void failed(ObjectId id, WeftException why, Instant now) {
    Failed before = known.get(id);
    int failures = before == null ? 1 : before.failures + 1;
    long pause =
        failures == 1
            ? 0
            : Math.min(FIRST_PAUSE_NANOS << Math.min(failures - 2, 20), LONGEST_PAUSE_NANOS);
    Instant since = before == null ? now : before.since;
    known.put(id, new Failed(failures, since, nanoClock.getAsLong() + pause, why));
    tell(id, failures, pause, why);
  }

  private void tell(ObjectId id, int failures, long pauseNanos, WeftException why) {
    long now = nanoClock.getAsLong();
    if (now - minuteNanos >= MINUTE_NANOS) {
      minuteNanos = now;
      lines = 0;
    }
    if (lines >= LINES_A_MINUTE) {
      untold++;
      return;
    }
    lines++;
    log.atWarn()
        .addKeyValue("object", id)
        .addKeyValue("failures", failures)
        .addKeyValue("retryMillis", pauseNanos / 1_000_000)
        .addKeyValue("untold", untold)
        .setCause(failures == 1 ? why : null)
        .log("object cannot be made: {}", why.error().message());
    untold = 0;
  }

  /** What to tell who calls the object; null when it is to be made. */
  synchronized @Nullable WeftException refusal(ObjectId id) {
    if (known.isEmpty()) {
      return null;
    }
    Failed failed = known.get(id);
    long left = failed == null ? 0 : failed.againNanos - nanoClock.getAsLong();
    return failed == null || left <= 0
        ? null
        : ObjectErrors.notMade(failed.why, failed.failures, left / 1_000_000 + 1);
  }

  /** It was made, or is to be tried at once. */
  synchronized void forget(ObjectId id) {
    if (!known.isEmpty()) {
      known.remove(id);
    }
  }

  /** For an operator; null when it can be made, as far as is known. */
  synchronized @Nullable Failing look(ObjectId id) {
    Failed failed = known.get(id);
    return failed == null
        ? null
        : new Failing(
            failed.failures,
            failed.since,
            Math.max(0, (failed.againNanos - nanoClock.getAsLong()) / 1_000_000),
            failed.why.error().message());
  }
}
