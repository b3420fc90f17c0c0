package dev.weft.durable.internal.view;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.Projected;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.ObjectEndpoints.Tell;
import dev.weft.durable.internal.instance.OwnEvent;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.store.WriteSet.OutboxRecord;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * The object is to tell what it has for a projection, in one commit. Completes its promise when
 * that is durable.
 */
public final class TellEvent extends OwnEvent implements OutputGate.Exit {
  private static final byte[] NOTHING = {};

  private final Tell tell;
  private final Promise<Void> done;
  private @Nullable Throwable failure;

  public TellEvent(Tell tell, Promise<Void> done) {
    this.tell = tell;
    this.done = done;
  }

  String projection() {
    return tell.projection();
  }

  int stream() {
    return tell.stream();
  }

  long snapshot() {
    return tell.snapshot();
  }

  @Override
  public String what() {
    return "project " + tell.projection();
  }

  /** What is not there has nothing to tell. */
  @Override
  public boolean creates() {
    return false;
  }

  @Override
  public void run(Turn turn) throws Exception {
    if (!(turn.object().made() instanceof Projected projected)) {
      throw new IllegalStateException(
          turn.object().made().getClass().getName() + " does not implement Projected");
    }
    Tenure tenure = (Tenure) turn.object();
    // As a transaction: what it adds is kept together, whatever it waits for.
    new StorageView(tenure)
        .transaction(
            () -> {
              tenure
                  .memory()
                  .writes()
                  .record(
                      new OutboxRecord(
                          projection(), stream(), OutboxRecord.BEGIN, snapshot(), NOTHING));
              projected.project(projection());
            });
    turn.leave(this);
  }

  @Override
  public void failed(Turn turn, Throwable thrown) {
    failure = ObjectErrors.threw(turn.object().id(), what(), thrown);
    turn.leave(this);
  }

  @Override
  public void leave(boolean waited) {
    Throwable thrown = failure;
    if (thrown == null) {
      done.tryComplete();
    } else {
      done.tryFail(thrown);
    }
  }

  @Override
  public void lost(Loss loss) {
    done.tryFail(loss.reason());
  }

  @Override
  public void refuse(WeftException why) {
    done.tryFail(why);
  }

  @Override
  public void lost(Turn turn, Loss loss) {
    done.tryFail(turn.object().cutShort(loss, Outcome.UNKNOWN));
  }
}
