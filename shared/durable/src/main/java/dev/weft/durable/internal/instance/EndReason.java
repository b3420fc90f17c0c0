package dev.weft.durable.internal.instance;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Why an instance is over, as those are told who had something to do with it. Thread-safe. */
public final class EndReason {
  private final LifeCycle<?> life;
  private final Supplier<ObjectId> id;

  EndReason(LifeCycle<?> life, Supplier<ObjectId> id) {
    this.life = life;
    this.id = id;
  }

  private @Nullable WeftException given() {
    return life.state() instanceof LifeCycle.Over<?> over ? over.why() : null;
  }

  /** For whoever has an event there that has not begun. */
  public WeftException forNotBegun() {
    WeftException why = given();
    return why == null
        ? reset("is over.", Outcome.NOT_EXECUTED)
        : why.error().withOutcome(Outcome.NOT_EXECUTED).exception();
  }

  /** For whoever has a turn there that was cut short. */
  public WeftException forCutShort(Loss loss, Outcome outcome) {
    WeftException why = given();
    return why == null
        ? reset(loss.reason(), outcome)
        : why.error().withOutcome(outcome).exception();
  }

  /** The instance was lost. */
  public WeftException reset(String why, Outcome outcome) {
    return ObjectErrors.reset(id.get(), why, outcome);
  }
}
