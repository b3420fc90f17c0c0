package dev.weft.durable.sim;

import dev.weft.durable.sim.Ledger.Attempt;
import org.jspecify.annotations.Nullable;

/** A turn as the simulation knows it. */
final class Performer {
  /** The call that it answers; null when it is a task of the object's own. */
  final @Nullable Attempt attempt;

  Performer(@Nullable Attempt attempt) {
    this.attempt = attempt;
  }

  /** What it wrote is part of this stretch. */
  void sealed(int stretch) {
    if (attempt != null && attempt.firstStretch == 0) {
      attempt.firstStretch = stretch;
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
