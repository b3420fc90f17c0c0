package dev.weft.durable.internal.runtime;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A call of a method that answers with a stream. */
final class WatchEvent extends RequestEvent implements OutputGate.Exit {
  private final StreamWriter<ObjectReply> out;
  private final Context context;
  private final AtomicBoolean answered = new AtomicBoolean();
  private @Nullable ActiveTopic<?> topic;
  private @Nullable WeftException failure;
  private @Nullable Activation owner;

  /**
   * @param context where the stream is written
   */
  WatchEvent(
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
  void run(Activation activation, Turn turn) throws Throwable {
    MethodTable.Entry method = methods.named(request.method());
    if (!method.feed()) {
      throw ObjectErrors.badArguments(
          activation.id().namespace(), method.name(), "it answers once: call it.");
    }
    if (!(method.invoke(activation.instance(), request.args())
        instanceof ActiveTopic<?> returned)) {
      throw new IllegalStateException(method.name() + " returned no topic of its context");
    }
    topic = returned;
    leave(activation, turn);
  }

  @Override
  void failed(Activation activation, Turn turn, Throwable thrown) {
    failure =
        thrown instanceof WeftException own
            ? own
            : ObjectErrors.threw(activation.id(), request.method(), thrown);
    leave(activation, turn);
  }

  private void leave(Activation activation, Turn turn) {
    owner = activation;
    activation.gate().pass(activation.turns().endStretch(turn), this);
  }

  @Override
  public void leave(boolean waited) {
    WeftException failed = failure;
    ActiveTopic<?> watched = topic;
    Activation activation = owner;
    if (failed != null) {
      refuse(failed);
    } else if (watched != null && activation != null && answered.compareAndSet(false, true)) {
      context.runOnContext(_ -> out.write(ObjectReply.OPENED));
      watched.attach(out, context, call.cancellation()::onCancel);
    }
  }

  @Override
  public void lost(Loss loss) {
    Activation activation = owner;
    if (activation != null) {
      refuse(activation.endReason().forCutShort(loss, Outcome.UNKNOWN));
    }
  }

  @Override
  void lost(Turn turn, Loss loss) {
    refuse(turn.activation.endReason().forCutShort(loss, Outcome.UNKNOWN));
  }

  @Override
  void refuse(WeftException why) {
    if (answered.compareAndSet(false, true)) {
      context.runOnContext(_ -> out.fail(why));
    }
  }
}
