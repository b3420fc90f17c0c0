package dev.weft.durable.sim;

import dev.weft.durable.AlarmHandler;
import dev.weft.durable.sim.Ledger.Attempt;
import dev.weft.durable.sim.Requests.Run;
import org.jspecify.annotations.Nullable;

/** A turn as the simulation knows it. */
final class Performer {
  /** The call that it answers; null when it is a task of the object's own. */
  final @Nullable Attempt attempt;

  /** What it does of a request with an id; null when it has none. */
  final @Nullable Run run;

  /** The alarm that it handles; null when it handles none. */
  final AlarmHandler.@Nullable Alarm alarm;

  private Performer(
      @Nullable Attempt attempt, @Nullable Run run, AlarmHandler.@Nullable Alarm alarm) {
    this.attempt = attempt;
    this.run = run;
    this.alarm = alarm;
  }

  static Performer of(Attempt attempt, @Nullable Run run) {
    return new Performer(attempt, run, null);
  }

  static Performer of(AlarmHandler.Alarm alarm) {
    return new Performer(null, null, alarm);
  }

  /** A task of the object's own. */
  static Performer task() {
    return new Performer(null, null, null);
  }

  /** What it wrote is part of this stretch. */
  void sealed(int stretch) {
    if (attempt != null && attempt.firstStretch == 0) {
      attempt.firstStretch = stretch;
    }
  }

  /** It is over, and all it wrote is part of this stretch or one before. */
  void ended(int stretch) {
    if (attempt != null) {
      attempt.dependency = stretch;
    }
    if (run != null) {
      run.ended(stretch);
    }
  }

  void wentOutside() {
    if (attempt != null) {
      attempt.wentOutside = true;
    }
  }

  @Override
  public String toString() {
    if (alarm != null) {
      return "alarm " + alarm.name();
    }
    return attempt == null ? "task" : attempt.toString();
  }
}
