package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.call.ObjectEndpoints.DueAlarm;
import dev.weft.durable.internal.store.FaultyStore.Gate;
import dev.weft.durable.internal.store.FaultyStore.Operation;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Alarms fire at least once, and have their effect on the object exactly once. */
final class AlarmTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Lab lab = new Lab();
  private final AlarmHand alarms = new AlarmHand(lab);

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void eachNameFiresOnceAtItsTimeInTheOrderOfTheirTimes() {
    alarms.set("second", SOON.plusSeconds(1));
    alarms.set("first", SOON);
    alarms.set("far", Duration.ofDays(1));
    alarms.outlastALook();
    assertThat(lab.alarms).isEmpty();
    lab.advance(SOON.plusSeconds(2));
    alarms.untilFired(2);
    assertThat(alarms.fired()).containsExactly("first", "second");
    alarms.outlastALook();
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
    alarms.untilFired(1);
  }

  @Test
  void itWakesAnObjectThatIsNotActive() {
    alarms.set("alarm", SOON);
    lab.evict("a");
    lab.advance(SOON);
    alarms.untilFired(1);
    assertThat(lab.instances).hasValue(2);
  }

  @Test
  void oneThatTheConstructorSetsAgainIsHandledAllTheSame() {
    lab.onConstruct =
        self -> {
          self.storage.alarms().set("tick", SOON);
          return "";
        };
    lab.ping("a");
    for (int times = 1; times <= 3; times++) {
      lab.evict("a");
      lab.advance(SOON);
      alarms.untilFired(times);
      assertThat(lab.instances).hasValue(times + 1);
      // The constructor's own setting stands, a whole period ahead.
      assertThat(lab.store.alarms(lab.id("a")).await()).containsOnlyKeys("tick");
      assertThat(alarms.dueMillis()).isEqualTo(lab.store.millis() + SOON.toMillis());
    }
    alarms.outlastALook();
    assertThat(lab.alarms).hasSize(3);
  }

  @Test
  void onlyTheLastSettingCounts() {
    alarms.set("later", SOON);
    alarms.set("later", SOON.multipliedBy(3));
    alarms.set("earlier", SOON.multipliedBy(3));
    alarms.set("earlier", SOON);
    alarms.set("gone", SOON);
    boolean was = lab.run("a", self -> self.storage.alarms().delete("gone"));
    boolean again = lab.run("a", self -> self.storage.alarms().delete("gone"));
    assertThat(was).isTrue();
    assertThat(again).isFalse();
    lab.advance(SOON.plusSeconds(1));
    alarms.untilFired(1);
    alarms.outlastALook();
    assertThat(alarms.fired()).containsExactly("earlier");
    lab.advance(SOON.multipliedBy(2));
    alarms.untilFired(2);
    assertThat(alarms.fired()).containsExactly("earlier", "later");
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
    alarms.outlastALook();
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
    alarms.set("alarm", SOON);
    alarms.set("other", SOON.multipliedBy(2));
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
    alarms.set("alarm", SOON);
    lab.advance(SOON);
    alarms.untilFired(1);
    // Long enough for any node to take it again.
    lab.advance(Duration.ofMinutes(1));
    alarms.outlastALook();
    outside.complete(1);
    ObjectBed.until(() -> lab.count("a", "value") >= 1);
    alarms.outlastALook();
    assertThat(alarms.fired()).containsExactly("alarm");
    assertThat(lab.stored("a", "value")).isEqualTo(1);
  }

  @Test
  void aDeliveryThatComesLateHasNoEffect() {
    lab.onAlarm = (self, _) -> self.add("value", 1);
    alarms.set("alarm", SOON);
    long due = lab.store.alarms(lab.id("a")).await().values().iterator().next().dueMillis();
    lab.advance(SOON);
    ObjectBed.until(() -> lab.count("a", "value") == 1);
    deliver("alarm", due, 2);
    alarms.set("alarm", SOON);
    deliver("alarm", due, 3);
    // Nor has one that nobody ever set.
    deliver("never", due, 1);
    assertThat(lab.stored("a", "value")).isEqualTo(1);
  }

  @Test
  void aCommitThatIsLostFiresItAgainWithItsEffectOnce() {
    lab.onAlarm = (self, _) -> self.add("value", 1);
    alarms.set("alarm", SOON);
    lab.store.loseNextCommit(true);
    lab.advance(SOON);
    alarms.untilFired(1);
    ObjectBed.until(() -> lab.instances.get() == 2 || lab.count("a", "value") == 1);
    alarms.outlastALook();
    assertThat(lab.stored("a", "value")).isEqualTo(1);

    alarms.set("alarm", SOON);
    lab.store.loseNextCommit(false);
    lab.advance(SOON);
    ObjectBed.until(() -> lab.count("a", "value") == 2);
    assertThat(lab.alarms.getLast().retry()).isTrue();
    assertThat(lab.alarms.getLast().retryCount()).isZero();
  }

  @Test
  void aHandlerMaySetItAgainAndAgain() {
    lab.onAlarm =
        (self, alarm) -> {
          if (self.add("runs", 1) < 5) {
            self.storage.alarms().set(alarm.name(), Duration.ofMillis(100));
          }
        };
    alarms.set("alarm", Duration.ofMillis(100));
    for (int runs = 1; runs <= 5; runs++) {
      lab.advance(Duration.ofMillis(200));
      alarms.untilFired(runs);
      int expected = runs;
      ObjectBed.until(() -> lab.count("a", "runs") == expected);
    }
    alarms.outlastALook();
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
    alarms.set("alarm", SOON);
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
    lab.bed.host.alarm(id, new DueAlarm(id.hex(), alarm, due, deliveries, false)).await();
  }

  @Test
  void deleteAllDeletesAlarmsToo() {
    alarms.set("alarm", SOON);
    lab.run(
        "a",
        self -> {
          self.storage.deleteAll();
          assertThat(self.storage.alarms().list()).isEmpty();
          self.storage.alarms().set("after", SOON);
          return 0;
        });
    lab.advance(SOON.plusSeconds(1));
    alarms.untilFired(1);
    alarms.outlastALook();
    assertThat(alarms.fired()).containsExactly("after");
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
    alarms.set("alarm", SOON);
    lab.advance(SOON);
    ObjectBed.until(() -> entered.getCount() == 0);
    lab.bed.crash();
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
