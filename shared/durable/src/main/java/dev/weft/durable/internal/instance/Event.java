package dev.weft.durable.internal.instance;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that an object is to handle in a turn of its own. */
public abstract class Event {
  private long queuedNanos;

  /** It begins to wait; one that moves on to the next instance has waited since it first did. */
  final void queuedAt(long nanos) {
    if (queuedNanos == 0) {
      queuedNanos = nanos;
    }
  }

  final long queuedNanos() {
    return queuedNanos;
  }

  /** Bytes it holds while it waits. */
  public int bytes() {
    return 0;
  }

  /** For people: the method, or what else it is. */
  public abstract String what();

  public abstract CallContext call();

  /** Whether there may be an object because of it. */
  public boolean creates() {
    return true;
  }

  /** The call that it is, which keeps its order among those of its stub; null for others. */
  public @Nullable ObjectRequest ordered() {
    return null;
  }

  /** Objects that wait for it, as {@code namespace:id}. */
  public List<String> chain() {
    return List.of();
  }

  /** Whether it comes from an object that lets nobody in until it is answered. */
  public boolean isHolding() {
    return false;
  }

  /** Handles it; holds the object. May throw whatever the object's code throws. */
  public abstract void run(Turn turn) throws Throwable;

  /** It ended with an error that {@link #run} let through. */
  public abstract void failed(Turn turn, Throwable failure);

  /** It is not going to begin. */
  public abstract void refuse(WeftException why);

  /** It had begun, and the instance is over. */
  public abstract void lost(Turn turn, Loss loss);
}
