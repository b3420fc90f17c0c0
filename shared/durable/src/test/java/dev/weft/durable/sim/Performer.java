package dev.weft.durable.sim;

import dev.weft.durable.sim.Ledger.Attempt;
import dev.weft.durable.sim.Requests.Run;
import org.jspecify.annotations.Nullable;

/** A turn as the simulation knows it. */
final class Performer {
  /** The call that it answers; null when it is a task of the object's own. */
  final @Nullable Attempt attempt;

  /** What it does of a request with an id; null when it has none. */
  final @Nullable Run run;

  Performer(@Nullable Attempt attempt, @Nullable Run run) {
    this.attempt = attempt;
    this.run = run;
  }

  /** A task of the object's own. */
  static Performer task() {
    return new Performer(null, null);
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
    return attempt == null ? "task" : attempt.toString();
  }
}
