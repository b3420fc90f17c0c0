package dev.weft.durable.internal.instance;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * An event without a result that somebody waits for: completes a promise when what the turn wrote
 * is durable. {@link #run} ends with {@code turn.leave(this)}.
 */
public abstract class PromisedEvent extends OwnEvent implements OutputGate.Exit {
  private final Promise<Void> done;
  private @Nullable Throwable failure;

  protected PromisedEvent(Promise<Void> done) {
    this.done = done;
  }

  /** What whoever waits is told when the turn threw. */
  protected Throwable told(Turn turn, Throwable thrown) {
    return thrown;
  }

  @Override
  public final void failed(Turn turn, Throwable thrown) {
    failure = told(turn, thrown);
    turn.leave(this);
  }

  @Override
  public final void leave(boolean waited) {
    Throwable thrown = failure;
    if (thrown == null) {
      done.tryComplete();
    } else {
      done.tryFail(thrown);
    }
  }

  @Override
  public final void lost(Loss loss) {
    done.tryFail(loss.reason());
  }

  @Override
  public final void refuse(WeftException why) {
    done.tryFail(why);
  }

  @Override
  public final void lost(Turn turn, Loss loss) {
    done.tryFail(turn.object().cutShort(loss, Outcome.UNKNOWN));
  }
}
