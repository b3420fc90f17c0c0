package dev.weft.durable.internal.runtime;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import org.jspecify.annotations.Nullable;

/** Why an instance is over, as those are told who had something to do with it. Thread-safe. */
final class EndReason {
  private final Activation activation;
  private volatile @Nullable WeftException given;

  EndReason(Activation activation) {
    this.activation = activation;
  }

  /** It ended with this; before anybody is told. */
  void set(WeftException why) {
    given = why;
  }

  /** For whoever has an event there that has not begun. */
  WeftException forNotBegun() {
    WeftException why = given;
    return why == null
        ? reset("is over.", Outcome.NOT_EXECUTED)
        : why.error().withOutcome(Outcome.NOT_EXECUTED).exception();
  }

  /** For whoever has a turn there that was cut short. */
  WeftException forCutShort(Loss loss, Outcome outcome) {
    WeftException why = given;
    return why == null
        ? reset(loss.reason(), outcome)
        : why.error().withOutcome(outcome).exception();
  }

  /** The instance was lost. */
  WeftException reset(String why, Outcome outcome) {
    return ObjectErrors.reset(activation.id(), why, outcome);
  }
}
