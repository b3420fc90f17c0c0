package dev.weft.durable.internal.runtime;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.store.WriteSet;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Json;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A call of one of the object's methods. */
final class CallEvent extends RequestEvent implements OutputGate.Exit {
  private final Answer answer;
  private final AtomicBoolean answered = new AtomicBoolean();
  private volatile @Nullable Turn turn;
  private @Nullable Fragment value;
  private @Nullable WeftException failure;

  CallEvent(ObjectRequest request, CallContext call, MethodTable methods, Answer answer) {
    super(request, call, methods);
    this.answer = answer;
  }

  /** Takes the answer; called once, on any thread, and must not block. */
  @FunctionalInterface
  interface Answer {
    void give(@Nullable ObjectReply reply, @Nullable WeftException failure);
  }

  ObjectRequest request() {
    return request;
  }

  @Override
  void run(Activation activation, Turn running) throws Throwable {
    turn = running;
    if (call.expired()) {
      throw ObjectErrors.expired(activation.id());
    }
    String requestId = request.requestId();
    WriteSet.Reply known = requestId == null ? null : activation.replies().begin(requestId);
    if (known != null) {
      repeat(known);
    } else {
      MethodTable.Entry method = methods.named(request.method());
      if (method.feed()) {
        throw ObjectErrors.badArguments(
            activation.id().namespace(), method.name(), "it answers with a stream: open it.");
      }
      value = method.result(method.invoke(activation.instance(), request.args()));
      if (requestId != null) {
        activation.replies().keep(new WriteSet.Reply(requestId, false, value.json()));
      }
    }
    leave(activation, running);
  }

  private void repeat(WriteSet.Reply known) {
    if (known.failure()) {
      failure = Json.decode(known.body(), WeftError.class).exception();
    } else {
      value = new Fragment(known.body());
    }
  }

  @Override
  void failed(Activation activation, Turn running, Throwable thrown) {
    WeftException error =
        thrown instanceof WeftException own
            ? own
            : ObjectErrors.threw(activation.id(), request.method(), thrown);
    if ((activation.turns().wrote(running) || running.wentOutside)
        && error.error().outcome() == Outcome.NOT_EXECUTED) {
      // What the turn did before it threw is kept.
      error = error.error().withOutcome(Outcome.EXECUTED).exception();
    }
    failure = error;
    String requestId = request.requestId();
    if (requestId != null && error.error().outcome() == Outcome.EXECUTED) {
      activation
          .replies()
          .keep(new WriteSet.Reply(requestId, true, Json.encodeBytes(error.error())));
    }
    leave(activation, running);
  }

  private void leave(Activation activation, Turn running) {
    long version = activation.turns().endStretch(running);
    if (request.requestId() != null) {
      activation.replies().finished(request.requestId());
    }
    activation.gate().pass(version, this);
  }

  @Override
  public void leave(boolean waited) {
    Turn running = turn;
    if (waited || running == null) {
      give();
      return;
    }
    // Also when it failed: what it was refused for may be out of date.
    running.activation.incarnation().whenOwned(running.activation, this::give, this::notOwned);
  }

  private void notOwned() {
    // The turn has read what may be out of date; what it wrote, if anything, is durable.
    Turn running = turn;
    if (running != null && answered.compareAndSet(false, true)) {
      answer.give(
          null,
          ObjectErrors.reset(
              running.activation.id(),
              "may have lost the object while it ran.",
              running.wentOutside || running.firstSealed > 0
                  ? Outcome.UNKNOWN
                  : Outcome.NOT_EXECUTED));
    }
  }

  private void give() {
    if (answered.compareAndSet(false, true)) {
      answer.give(value == null ? null : new ObjectReply(value), failure);
    }
  }

  @Override
  public void lost(Loss loss) {
    Turn running = turn;
    if (running != null) {
      lost(running, loss);
    }
  }

  @Override
  void lost(Turn running, Loss loss) {
    if (answered.compareAndSet(false, true)) {
      answer.give(null, loss(running, loss));
    }
  }

  private static WeftException loss(Turn running, Loss loss) {
    long first = running.firstSealed;
    boolean began = first > 0 && first <= loss.unknown();
    Outcome outcome = began || running.wentOutside ? Outcome.UNKNOWN : Outcome.NOT_EXECUTED;
    return running.activation.endReason().forCutShort(loss, outcome);
  }

  @Override
  void refuse(WeftException why) {
    if (answered.compareAndSet(false, true)) {
      answer.give(null, why);
    }
  }
}
