package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.internal.call.ObjectEndpoints.DueAlarm;
import dev.weft.durable.internal.store.MemoryObjectStore.Gate;
import dev.weft.durable.internal.store.MemoryObjectStore.Operation;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Alarms fire at least once, and have their effect on the object exactly once. */
final class AlarmTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private void set(String alarm, Duration delay) {
    lab.run(
        "a",
        self -> {
          self.storage.alarms().set(alarm, delay);
          return 0;
        });
  }

  private List<String> fired() {
    return lab.alarms.stream().map(AlarmHandler.Alarm::name).toList();
  }

  private void untilFired(int times) {
    ObjectBed.until(() -> lab.alarms.size() >= times);
    assertThat(lab.alarms).hasSize(times);
  }

  /** Until the poller has looked again: whatever is due is under way by then. */
  private void outlastALook() {
    lab.run(
        Lab.WITNESS,
        self -> {
          self.storage.alarms().set(Lab.WITNESS, Duration.ZERO);
          return 0;
        });
    ObjectBed.until(() -> fired().contains(Lab.WITNESS));
    lab.alarms.removeIf(alarm -> alarm.name().equals(Lab.WITNESS));
  }

  @Test
  void eachNameFiresOnceAtItsTimeInTheOrderOfTheirTimes() {
    set("second", SOON.plusSeconds(1));
    set("first", SOON);
    set("far", Duration.ofDays(1));
    outlastALook();
    assertThat(lab.alarms).isEmpty();
    lab.advance(SOON.plusSeconds(2));
    untilFired(2);
    assertThat(fired()).containsExactly("first", "second");
    outlastALook();
    assertThat(lab.alarms).hasSize(2);
    List<String> left = lab.run("a", self -> List.copyOf(self.storage.alarms().list().keySet()));
    assertThat(left).containsExactly("far");
    assertThat(lab.store.alarms(lab.id("a")).await()).containsOnlyKeys("far");
  }

  @Test
  void aTimeThatHasPassedFiresAtOnce() {
    lab.run(
        "a",
        self -> {
          self.storage.alarms().set(self.context.now().minusSeconds(60));
          return 0;
        });
    untilFired(1);
  }

  @Test
  void itWakesAnObjectThatIsNotActive() {
    set("alarm", SOON);
    lab.evict("a");
    lab.advance(SOON);
    untilFired(1);
    assertThat(lab.instances).hasValue(2);
  }

  @Test
  void onlyTheLastSettingCounts() {
    set("later", SOON);
    set("later", SOON.multipliedBy(3));
    set("earlier", SOON.multipliedBy(3));
    set("earlier", SOON);
    set("gone", SOON);
    boolean was = lab.run("a", self -> self.storage.alarms().delete("gone"));
    boolean again = lab.run("a", self -> self.storage.alarms().delete("gone"));
    assertThat(was).isTrue();
    assertThat(again).isFalse();
    lab.advance(SOON.plusSeconds(1));
    untilFired(1);
    outlastALook();
    assertThat(fired()).containsExactly("earlier");
    lab.advance(SOON.multipliedBy(2));
    untilFired(2);
    assertThat(fired()).containsExactly("earlier", "later");
  }

  @Test
  void itIsSetWithTheTurnOrNotAtAll() {
    lab.ping("a");
    Gate commits = lab.store.hold(Operation.COMMIT);
    var call =
        lab.call(
            "a",
            self -> {
              self.storage.alarms().set("alarm", Duration.ZERO);
              throw self.context.abort("changed its mind");
            });
    assertThat(Lab.codeOf(call)).isEqualTo("object:aborted.unavailable");
    commits.open();
    outlastALook();
    assertThat(lab.alarms).isEmpty();
  }

  @Test
  void itsHandlerDoesNotSeeItAndOthersMayEnterWhileItWaits() {
    Promise<Integer> outside = Promise.promise();
    lab.onAlarm =
        (self, alarm) -> {
          lab.seen.add("set: " + self.storage.alarms().get(alarm.name()).isPresent());
          lab.seen.add("listed: " + self.storage.alarms().list().keySet());
          int ignored = self.context.await(outside.future());
          self.add("value", 1);
        };
    set("alarm", SOON);
    set("other", SOON.multipliedBy(2));
    lab.advance(SOON);
    ObjectBed.until(() -> lab.seen.all().size() == 2);
    lab.ping("a");
    outside.complete(1);
    ObjectBed.until(() -> lab.count("a", "value") == 1);
    assertThat(lab.seen.all()).containsExactly("set: false", "listed: [other]");
  }

  @Test
  void aSecondDeliveryWhileTheFirstWaitsHasNoEffect() {
    Promise<Integer> outside = Promise.promise();
    lab.onAlarm =
        (self, _) -> {
          int ignored = self.context.await(outside.future());
          self.add("value", 1);
        };
    set("alarm", SOON);
    lab.advance(SOON);
    untilFired(1);
    // Long enough for any node to take it again.
    lab.advance(Duration.ofMinutes(1));
    outlastALook();
    outside.complete(1);
    ObjectBed.until(() -> lab.count("a", "value") >= 1);
    outlastALook();
    assertThat(fired()).containsExactly("alarm");
    assertThat(lab.stored("a", "value")).isEqualTo(1);
  }

  @Test
  void aDeliveryThatComesLateHasNoEffect() {
    lab.onAlarm = (self, _) -> self.add("value", 1);
    set("alarm", SOON);
    long due = lab.store.alarms(lab.id("a")).await().values().iterator().next().dueMillis();
    lab.advance(SOON);
    ObjectBed.until(() -> lab.count("a", "value") == 1);
    deliver("alarm", due, 2);
    set("alarm", SOON);
    deliver("alarm", due, 3);
    // Nor has one that nobody ever set.
    deliver("never", due, 1);
    assertThat(lab.stored("a", "value")).isEqualTo(1);
  }

  @Test
  void aCommitThatIsLostFiresItAgainWithItsEffectOnce() {
    lab.onAlarm = (self, _) -> self.add("value", 1);
    set("alarm", SOON);
    lab.store.loseNextCommit(true);
    lab.advance(SOON);
    untilFired(1);
    ObjectBed.until(() -> lab.instances.get() == 2 || lab.count("a", "value") == 1);
    outlastALook();
    assertThat(lab.stored("a", "value")).isEqualTo(1);

    set("alarm", SOON);
    lab.store.loseNextCommit(false);
    lab.advance(SOON);
    ObjectBed.until(() -> lab.count("a", "value") == 2);
    assertThat(lab.alarms.getLast().retry()).isTrue();
    assertThat(lab.alarms.getLast().retryCount()).isZero();
  }

  @Test
  void anErrorIsTriedAgainSixTimesEverMoreSlowlyAndThenNotAnyMore() {
    lab.onAlarm =
        (self, _) -> {
          self.add("runs", 1);
          throw new IllegalStateException("always");
        };
    set("alarm", SOON);
    long scheduled = dueMillis();
    lab.advance(SOON);
    for (int failures = 1; failures <= 6; failures++) {
      int expected = failures;
      ObjectBed.until(
          () ->
              lab.store.alarms(lab.id("a")).await().values().stream()
                  .anyMatch(row -> row.failures() == expected));
      long wait = dueMillis() - lab.store.millis();
      long pause = 2_000L << (failures - 1);
      assertThat(wait).isBetween(pause, pause + pause / 4);
      if (failures == 3) {
        // The count is stored.
        lab.evict("a");
      }
      lab.advance(Duration.ofMillis(wait));
    }
    untilFired(7);
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

  private long dueMillis() {
    return lab.store.alarms(lab.id("a")).await().values().iterator().next().dueMillis();
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
    set("alarm", SOON);
    lab.advance(SOON);
    ObjectBed.until(() -> lab.count("a", "runs") == 1);
    lab.advance(Duration.ofSeconds(3));
    outlastALook();
    assertThat(lab.alarms).hasSize(1);
    lab.advance(SOON);
    untilFired(2);
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
    set("alarm", SOON);
    lab.advance(SOON);
    ObjectBed.until(() -> lab.store.alarms(lab.id("a")).await().isEmpty());
    lab.advance(Duration.ofMinutes(5));
    outlastALook();
    assertThat(lab.alarms).hasSize(1);
    assertThat(lab.seen.all()).containsExactly("deleted: false");
  }

  @Test
  void aHandlerMaySetItAgainAndAgain() {
    lab.onAlarm =
        (self, alarm) -> {
          if (self.add("runs", 1) < 5) {
            self.storage.alarms().set(alarm.name(), Duration.ofMillis(100));
          }
        };
    set("alarm", Duration.ofMillis(100));
    for (int runs = 1; runs <= 5; runs++) {
      lab.advance(Duration.ofMillis(200));
      untilFired(runs);
      int expected = runs;
      ObjectBed.until(() -> lab.count("a", "runs") == expected);
    }
    outlastALook();
    assertThat(lab.alarms).hasSize(5);
  }

  @Test
  void aSettingThatFiresWhileTheHandlerOfTheOneBeforeWaitsIsItsOwn() {
    Promise<Integer> outside = Promise.promise();
    CountDownLatch second = new CountDownLatch(1);
    lab.onAlarm =
        (self, alarm) -> {
          int run = self.add("runs", 1);
          if (run == 1) {
            self.storage.alarms().set(alarm.name(), Duration.ZERO);
            int ignored = self.context.await(outside.future());
          } else if (run == 2) {
            second.countDown();
            self.context.outside(() -> lab.bed.vertx.timer(20));
            throw new IllegalStateException("to be tried again");
          }
        };
    set("alarm", SOON);
    lab.advance(SOON.plusMillis(1_000));
    ObjectBed.until(() -> second.getCount() == 0);
    outside.complete(1);
    // The end of the first run must not take the second's retry away.
    ObjectBed.until(() -> !lab.store.alarms(lab.id("a")).await().isEmpty());
    ObjectBed.until(
        () ->
            lab.store.alarms(lab.id("a")).await().values().stream()
                .anyMatch(row -> row.failures() == 1));
  }

  /** As a poller does. */
  private void deliver(String alarm, long due, int deliveries) {
    ObjectId id = lab.id("a");
    lab.bed
        .objects
        .hostOfNode()
        .alarm(id, new DueAlarm(id.hex(), alarm, due, deliveries, false))
        .await();
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
    set("alarm", SOON);
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
    set("alarm", SOON);
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
    lab.advance(Duration.ofMillis(dueMillis() - lab.store.millis()));
  }

  @Test
  void deleteAllDeletesAlarmsToo() {
    set("alarm", SOON);
    lab.run(
        "a",
        self -> {
          self.storage.deleteAll();
          assertThat(self.storage.alarms().list()).isEmpty();
          self.storage.alarms().set("after", SOON);
          return 0;
        });
    lab.advance(SOON.plusSeconds(1));
    untilFired(1);
    outlastALook();
    assertThat(fired()).containsExactly("after");
  }

  @Test
  void aCrashInTheHandlerFiresItAgainOnAnotherNode() {
    CountDownLatch entered = new CountDownLatch(1);
    lab.onAlarm =
        (self, _) -> {
          if (entered.getCount() > 0) {
            entered.countDown();
            self.context.await(Promise.<Integer>promise().future());
          }
          self.add("value", 1);
        };
    set("alarm", SOON);
    lab.advance(SOON);
    ObjectBed.until(() -> entered.getCount() == 0);
    lab.bed.objects.hostOfNode().crash();
    // Its lease runs out, and then the time for which it had taken the alarm.
    lab.store.advance(Duration.ofMinutes(1));
    try (ObjectBed other = new ObjectBed(lab.store)) {
      other.host(ObjectClass.of(Lab.PROBES, lab::make));
      ObjectBed.until(() -> lab.alarms.size() == 2);
      assertThat(lab.alarms.getLast().retry()).isTrue();
      Stub<Lab.Probe> stub = other.objects.stub(Lab.PROBES, "a");
      ObjectBed.until(() -> lab.call(stub, self -> self.count("value")).await() == 1);
    }
  }
}
