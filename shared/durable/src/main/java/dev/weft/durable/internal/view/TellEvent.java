package dev.weft.durable.internal.view;

import dev.weft.durable.Projected;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.ObjectEndpoints.Tell;
import dev.weft.durable.internal.instance.PromisedEvent;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.store.WriteSet.OutboxRecord;
import io.vertx.core.Promise;

/** The object is to tell what it has for a projection, in one commit. */
public final class TellEvent extends PromisedEvent {
  private static final byte[] NOTHING = {};

  private final Tell tell;

  public TellEvent(Tell tell, Promise<Void> done) {
    super(done);
    this.tell = tell;
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
  protected Throwable told(Turn turn, Throwable thrown) {
    return ObjectErrors.threw(turn.object().id(), what(), thrown);
  }
}
