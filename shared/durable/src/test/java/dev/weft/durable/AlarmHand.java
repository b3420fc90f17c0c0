package dev.weft.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/** Sets alarms of a lab's object "a", and waits for them. */
final class AlarmHand {
  private final Lab lab;

  AlarmHand(Lab lab) {
    this.lab = lab;
  }

  void set(String alarm, Duration delay) {
    lab.run(
        "a",
        self -> {
          self.storage.alarms().set(alarm, delay);
          return 0;
        });
  }

  List<String> fired() {
    return lab.alarms.stream().map(AlarmHandler.Alarm::name).toList();
  }

  void untilFired(int times) {
    ObjectBed.until(() -> lab.alarms.size() >= times);
    assertThat(lab.alarms).hasSize(times);
  }

  /** Until the poller has looked again: whatever is due is under way by then. */
  void outlastALook() {
    lab.run(
        Lab.WITNESS,
        self -> {
          self.storage.alarms().set(Lab.WITNESS, Duration.ZERO);
          return 0;
        });
    ObjectBed.until(() -> fired().contains(Lab.WITNESS));
    lab.alarms.removeIf(alarm -> alarm.name().equals(Lab.WITNESS));
  }

  /** When the one alarm fires. */
  long dueMillis() {
    return lab.store.alarms(lab.id("a")).await().values().iterator().next().dueMillis();
  }
}
