package dev.weft.durable.internal.runtime;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import java.time.Duration;

/** Something that an object began itself, for which no caller waits. */
abstract class OwnEvent extends Event {
  static final Duration LIMIT = Duration.ofMinutes(15);

  private final CallContext call;

  OwnEvent() {
    this(CallContext.background(LIMIT));
  }

  OwnEvent(CallContext call) {
    this.call = call;
  }

  @Override
  CallContext call() {
    return call;
  }

  @Override
  void refuse(WeftException why) {
    // Nobody waits for it.
  }

  @Override
  void lost(Turn turn, Loss loss) {
    // Nobody waits for it.
  }
}
