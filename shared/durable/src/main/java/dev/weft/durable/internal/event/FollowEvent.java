package dev.weft.durable.internal.event;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.WatchEndpoints.Follow;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.durable.internal.instance.LiveObject;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A call of a method that answers with a stream, for a node on which somebody watches. */
public final class FollowEvent extends RequestEvent implements OutputGate.Exit {
  private final String node;
  private final long stamp;
  private final Promise<Following> answer;
  private final AtomicBoolean answered = new AtomicBoolean();
  private @Nullable Watchable topic;
  private @Nullable WeftException failure;
  private @Nullable LiveObject owner;

  /**
   * @param follow what is asked
   */
  public FollowEvent(
      Follow follow, CallContext call, MethodTable methods, Promise<Following> answer) {
    super(follow.request(), call, methods);
    this.node = follow.node();
    this.stamp = follow.stamp();
    this.answer = answer;
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
      watched.follow(node, stamp).onComplete(answer);
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
      answer.tryFail(why);
    }
  }
}
