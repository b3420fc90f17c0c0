package dev.weft.durable.internal.instance;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import java.time.Duration;

/** Something that an object began itself, for which no caller waits. */
public abstract class OwnEvent extends Event {
  public static final Duration LIMIT = Duration.ofMinutes(15);

  private final CallContext call;

  protected OwnEvent() {
    this(CallContext.background(LIMIT));
  }

  protected OwnEvent(CallContext call) {
    this.call = call;
  }

  @Override
  public final CallContext call() {
    return call;
  }

  @Override
  public void refuse(WeftException why) {
    // Nobody waits for it.
  }

  @Override
  public void lost(Turn turn, Loss loss) {
    // Nobody waits for it.
  }
}
