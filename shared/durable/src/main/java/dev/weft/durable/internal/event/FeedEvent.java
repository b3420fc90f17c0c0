package dev.weft.durable.internal.event;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.instance.LiveObject;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A call of a method that answers with a stream. */
abstract class FeedEvent extends RequestEvent implements OutputGate.Exit {
  private final AtomicBoolean answered = new AtomicBoolean();
  private final boolean strict;
  private @Nullable Watchable topic;
  private @Nullable WeftException failure;
  private @Nullable LiveObject owner;

  /**
   * @param strict whether arguments with unknown fields are refused
   */
  FeedEvent(ObjectRequest request, CallContext call, MethodTable methods, boolean strict) {
    super(request, call, methods);
    this.strict = strict;
  }

  /** Hands over what the method returned; called at most once, and not with {@link #fail}. */
  abstract void give(Watchable returned);

  /** Tells why there is none. */
  abstract void fail(WeftException why);

  @Override
  public final void run(Turn turn) throws Throwable {
    MethodTable.Entry method = methods.named(request.method());
    method.requireFeed(true);
    if (!(method.invoke(turn.object().made(), request.args(), strict)
        instanceof Watchable returned)) {
      throw new IllegalStateException(method.name() + " returned no topic of its context");
    }
    topic = returned;
    leave(turn);
  }

  @Override
  public final void failed(Turn turn, Throwable thrown) {
    failure =
        thrown instanceof WeftException own
            ? own
            : ObjectErrors.threw(turn.object().id(), request.method(), thrown);
    leave(turn);
  }

  private void leave(Turn turn) {
    owner = turn.object();
    turn.leave(this);
  }

  @Override
  public final void leave(boolean waited) {
    WeftException failed = failure;
    Watchable returned = topic;
    if (failed != null) {
      refuse(failed);
    } else if (returned != null && answered.compareAndSet(false, true)) {
      give(returned);
    }
  }

  @Override
  public final void lost(Loss loss) {
    LiveObject object = owner;
    if (object != null) {
      refuse(object.cutShort(loss, Outcome.UNKNOWN));
    }
  }

  @Override
  public final void lost(Turn turn, Loss loss) {
    refuse(turn.object().cutShort(loss, Outcome.UNKNOWN));
  }

  @Override
  public final void refuse(WeftException why) {
    if (answered.compareAndSet(false, true)) {
      fail(why);
    }
  }
}
