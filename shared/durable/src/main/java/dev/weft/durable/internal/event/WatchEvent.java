package dev.weft.durable.internal.event;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.instance.LiveObject;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A call of a method that answers with a stream. */
public final class WatchEvent extends RequestEvent implements OutputGate.Exit {
  private final StreamWriter<ObjectReply> out;
  private final Context context;
  private final AtomicBoolean answered = new AtomicBoolean();
  private @Nullable Watchable topic;
  private @Nullable WeftException failure;
  private @Nullable LiveObject owner;

  /**
   * @param context where the stream is written
   */
  public WatchEvent(
      ObjectRequest request,
      CallContext call,
      MethodTable methods,
      StreamWriter<ObjectReply> out,
      Context context) {
    super(request, call, methods);
    this.out = out;
    this.context = context;
  }

  @Override
  public void run(Turn turn) throws Throwable {
    MethodTable.Entry method = methods.named(request.method());
    method.requireFeed(true);
    if (!(method.invoke(turn.object().made(), request.args(), false)
        instanceof Watchable returned)) {
      throw new IllegalStateException(method.name() + " returned no topic of its context");
    }
    topic = returned;
    leave(turn);
  }

  @Override
  public void failed(Turn turn, Throwable thrown) {
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
  public void leave(boolean waited) {
    WeftException failed = failure;
    Watchable watched = topic;
    if (failed != null) {
      refuse(failed);
    } else if (watched != null && answered.compareAndSet(false, true)) {
      watched.attach(out, context, call.cancellation()::onCancel);
    }
  }

  @Override
  public void lost(Loss loss) {
    LiveObject object = owner;
    if (object != null) {
      refuse(object.cutShort(loss, Outcome.UNKNOWN));
    }
  }

  @Override
  public void lost(Turn turn, Loss loss) {
    refuse(turn.object().cutShort(loss, Outcome.UNKNOWN));
  }

  @Override
  public void refuse(WeftException why) {
    if (answered.compareAndSet(false, true)) {
      context.runOnContext(_ -> out.fail(why));
    }
  }
}
