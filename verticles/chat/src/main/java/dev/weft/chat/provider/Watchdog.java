package dev.weft.chat.provider;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Watches over the phases of one call, each with a limit of its own, and over the whole. Uses one
 * timer, moved lazily, so that a stream of many events costs no timer an event. For one event loop.
 */
final class Watchdog {

  private static final long NEVER = Long.MAX_VALUE;

  private final Vertx vertx;
  private final BiConsumer<String, Duration> bite;
  private final long startNanos = System.nanoTime();
  private final Duration total;

  private String phase = "";
  private Duration limit = Duration.ZERO;
  private long phaseEnds = NEVER;
  private long timer = -1;
  private long timerDue = NEVER;
  private boolean over;

  /**
   * @param total limit of the whole
   * @param bite called once, with what did not happen and the limit that passed
   */
  Watchdog(Vertx vertx, Duration total, BiConsumer<String, Duration> bite) {
    this.vertx = vertx;
    this.total = total;
    this.bite = bite;
  }

  /**
   * Begins a phase, or begins the same one again.
   *
   * @param what what must happen within the limit, in the words {@code did not …}
   */
  void expect(String what, Duration within) {
    phase = what;
    limit = within;
    phaseEnds = elapsed() + within.toNanos();
    arm();
  }

  /** Only the whole counts now. */
  void relax() {
    phaseEnds = NEVER;
  }

  /** Watches no more. */
  void stop() {
    over = true;
    if (timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }

  private long elapsed() {
    return System.nanoTime() - startNanos;
  }

  private void arm() {
    long due = Math.min(phaseEnds, total.toNanos());
    if (over || (timer >= 0 && timerDue <= due)) {
      return; // The timer fires earlier and looks again.
    }
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    timerDue = due;
    long millis = Math.max(1, (due - elapsed() + 999_999) / 1_000_000);
    timer = vertx.setTimer(millis, fired -> look());
  }

  private void look() {
    timer = -1;
    if (over) {
      return;
    }
    long now = elapsed();
    if (now >= total.toNanos()) {
      stop();
      bite.accept("did not finish its answer", total);
    } else if (now >= phaseEnds) {
      stop();
      bite.accept(phase, limit);
    } else {
      arm();
    }
  }
}
