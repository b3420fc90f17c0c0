package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A handler that fails runs again, ever later and not for ever. */
final class AlarmRetryTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Lab lab = new Lab();
  private final AlarmHand alarms = new AlarmHand(lab);

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void anErrorIsTriedAgainSixTimesEverMoreSlowlyAndThenNotAnyMore() {
    lab.onAlarm =
        (self, _) -> {
          self.add("runs", 1);
          throw new IllegalStateException("always");
        };
    alarms.set("alarm", SOON);
    long scheduled = alarms.dueMillis();
    lab.advance(SOON);
    for (int failures = 1; failures <= 6; failures++) {
      int expected = failures;
      ObjectBed.until(
          () ->
              lab.store.alarms(lab.id("a")).await().values().stream()
                  .anyMatch(row -> row.failures() == expected));
      long wait = alarms.dueMillis() - lab.store.millis();
      long pause = 2_000L << (failures - 1);
      assertThat(wait).isBetween(pause, pause + pause / 4);
      if (failures == 3) {
        // The count is stored.
        lab.evict("a");
      }
      lab.advance(Duration.ofMillis(wait));
    }
    alarms.untilFired(7);
    ObjectBed.until(() -> lab.store.alarms(lab.id("a")).await().isEmpty());
    assertThat(lab.alarms.stream().map(AlarmHandler.Alarm::retryCount))
        .containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(lab.alarms.stream().map(AlarmHandler.Alarm::retry))
        .containsExactly(false, true, true, true, true, true, true);
    assertThat(lab.alarms.stream().map(AlarmHandler.Alarm::scheduled))
        .containsOnly(Instant.ofEpochMilli(scheduled));
    // What it wrote before it threw is kept.
    assertThat(lab.stored("a", "runs")).isEqualTo(7);
  }

  @Test
  void aHandlerThatSetItAnewIsNotTriedAgain() {
    lab.onAlarm =
        (self, alarm) -> {
          if (self.add("runs", 1) == 1) {
            self.storage.alarms().set(alarm.name(), SOON);
            throw new IllegalStateException("after it was set");
          }
        };
    alarms.set("alarm", SOON);
    lab.advance(SOON);
    ObjectBed.until(() -> lab.count("a", "runs") == 1);
    lab.advance(Duration.ofSeconds(3));
    alarms.outlastALook();
    assertThat(lab.alarms).hasSize(1);
    lab.advance(SOON);
    alarms.untilFired(2);
    assertThat(lab.alarms.getLast().retryCount()).isZero();
    assertThat(lab.alarms.getLast().retry()).isFalse();
  }

  @Test
  void aHandlerThatDeletedItIsNotTriedAgain() {
    lab.onAlarm =
        (self, alarm) -> {
          lab.seen.add("deleted: " + self.storage.alarms().delete(alarm.name()));
          throw new IllegalStateException("after it was deleted");
        };
    alarms.set("alarm", SOON);
    lab.advance(SOON);
    ObjectBed.until(() -> lab.store.alarms(lab.id("a")).await().isEmpty());
    lab.advance(Duration.ofMinutes(5));
    alarms.outlastALook();
    assertThat(lab.alarms).hasSize(1);
    assertThat(lab.seen.all()).containsExactly("deleted: false");
  }

  @Test
  void oneThatIsAbortedIsTriedAgain() {
    lab.onAlarm =
        (self, _) -> {
          if (lab.alarms.size() == 1) {
            self.add("undone", 1);
            throw self.context.abort("not now");
          }
          self.add("value", 1);
        };
    alarms.set("alarm", SOON);
    lab.advance(SOON);
    advanceToTry(1);
    // A call that waits while it is aborted would get the abort.
    ObjectBed.until(() -> lab.alarms.size() == 2);
    ObjectBed.until(() -> lab.count("a", "value") == 1);
    assertThat(lab.alarms.getLast().retry()).isTrue();
    assertThat(lab.alarms.getLast().retryCount()).isEqualTo(1);
    assertThat(lab.count("a", "undone")).isZero();
  }

  @Test
  void oneThatIsAlwaysAbortedIsGivenUpLikeOneThatAlwaysThrows() {
    lab.onAlarm =
        (self, _) -> {
          throw self.context.abort("never");
        };
    alarms.set("alarm", SOON);
    lab.advance(SOON);
    for (int failures = 1; failures <= AlarmHandler.MAX_RETRIES; failures++) {
      advanceToTry(failures);
    }
    ObjectBed.until(() -> lab.store.alarms(lab.id("a")).await().isEmpty());
    assertThat(lab.alarms).hasSize(1 + AlarmHandler.MAX_RETRIES);
  }

  /** Waits until so many failures are stored, and goes on to the next try. */
  private void advanceToTry(int failures) {
    ObjectBed.until(
        () ->
            lab.store.alarms(lab.id("a")).await().values().stream()
                .anyMatch(row -> row.failures() == failures));
    lab.advance(Duration.ofMillis(alarms.dueMillis() - lab.store.millis()));
  }
}
