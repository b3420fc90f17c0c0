package dev.weft.durable.internal.runtime;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import java.util.List;

/** Something that an object is to handle in a turn of its own. */
abstract class Event {
  final long queuedNanos = System.nanoTime();

  /** Bytes it holds while it waits. */
  int bytes() {
    return 0;
  }

  /** For people: the method, or what else it is. */
  abstract String what();

  abstract CallContext call();

  /** Whether there may be an object because of it. */
  boolean creates() {
    return true;
  }

  /** Objects that wait for it, as {@code namespace:id}. */
  List<String> chain() {
    return List.of();
  }

  /** Handles it; holds the object. May throw whatever the object's code throws. */
  abstract void run(Activation activation, Turn turn) throws Throwable;

  /** It ended with an error that {@link #run} let through. */
  abstract void failed(Activation activation, Turn turn, Throwable failure);

  /** It is not going to begin. */
  abstract void refuse(WeftException why);

  /** It had begun, and the instance is over. */
  abstract void lost(Turn turn, Loss loss);
}
