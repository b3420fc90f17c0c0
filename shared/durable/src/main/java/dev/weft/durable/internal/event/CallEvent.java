package dev.weft.durable.internal.event;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.instance.KeptReply;
import dev.weft.durable.internal.instance.LiveObject;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.mesh.CallContext;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A call of one of the object's methods. */
public final class CallEvent extends RequestEvent implements OutputGate.Exit {
  private final Answer answer;
  private final boolean strict;
  private final AtomicBoolean answered = new AtomicBoolean();
  private volatile @Nullable Turn turn;

  /** Whether its request id is its own to handle: not of one that was handled, or is. */
  private boolean handlesId;

  private @Nullable Fragment value;
  private @Nullable WeftException failure;

  /**
   * @param strict whether arguments with unknown fields are refused
   */
  public CallEvent(
      ObjectRequest request, CallContext call, MethodTable methods, boolean strict, Answer answer) {
    super(request, call, methods);
    this.strict = strict;
    this.answer = answer;
  }

  /** Takes the answer; called once, on any thread, and must not block. */
  @FunctionalInterface
  public interface Answer {
    void give(@Nullable ObjectReply reply, @Nullable WeftException failure);
  }

  @Override
  public ObjectRequest ordered() {
    return request;
  }

  @Override
  public void run(Turn running) throws Throwable {
    turn = running;
    LiveObject object = running.object();
    if (call.expired()) {
      throw ObjectErrors.expired(object.id());
    }
    String requestId = request.requestId();
    KeptReply known = requestId == null ? null : object.replies().begin(requestId);
    if (requestId == null) {
      value = invoke(object);
    } else if (known == null) {
      handlesId = true;
      Fragment result = invoke(object);
      value = result;
      object.replies().keep(requestId, new KeptReply(KeptReply.hash(request), result, null));
    } else {
      repeat(object, known);
    }
    leave(running);
  }

  private Fragment invoke(LiveObject object) throws Throwable {
    MethodTable.Entry method = methods.named(request.method());
    method.requireFeed(false);
    return method.result(method.invoke(object.made(), request.args(), strict));
  }

  private void repeat(LiveObject object, KeptReply known) {
    if (!known.asked().equals(KeptReply.hash(request))) {
      throw ObjectErrors.otherRequest(object.id(), request.method());
    }
    WeftError failed = known.failure();
    Fragment result = known.value();
    if (failed != null) {
      failure = failed.exception();
    } else {
      value = result == null ? Fragment.NULL : result;
    }
  }

  @Override
  public void failed(Turn running, Throwable thrown) {
    WeftException error =
        thrown instanceof WeftException own
            ? own
            : ObjectErrors.threw(running.object().id(), request.method(), thrown);
    if (hadEffect(running, error.error().outcome())) {
      // What the turn did before it threw is kept.
      error = error.error().withOutcome(Outcome.EXECUTED).exception();
    }
    failure = error;
    String requestId = request.requestId();
    if (requestId != null && handlesId && error.error().outcome() == Outcome.EXECUTED) {
      running
          .object()
          .replies()
          .keep(requestId, new KeptReply(KeptReply.hash(request), null, error.error()));
    }
    leave(running);
  }

  /** Whether what the error says of the effect is less than what is known here. */
  private boolean hadEffect(Turn running, Outcome said) {
    boolean wrote = running.wrote();
    return switch (said) {
      case NOT_EXECUTED -> wrote || running.wentOutside();
      // The error of another call: repeating this one would write again.
      case UNKNOWN -> wrote && handlesId;
      case EXECUTED -> false;
    };
  }

  private void leave(Turn running) {
    running.endStretch();
    String requestId = request.requestId();
    if (requestId != null && handlesId) {
      running.object().replies().finished(requestId);
    }
    running.object().pass(this);
  }

  @Override
  public void leave(boolean waited) {
    Turn running = turn;
    if (waited || running == null) {
      give();
      return;
    }
    // Also when it failed: what it was refused for may be out of date.
    running.object().whenOwned(this::give, this::notOwned);
  }

  private void notOwned() {
    // The turn has read what may be out of date; what it wrote, if anything, is durable.
    Turn running = turn;
    if (running != null && answered.compareAndSet(false, true)) {
      answer.give(
          null,
          ObjectErrors.reset(
              running.object().id(),
              "may have lost the object while it ran.",
              running.wentOutside() || running.firstSealed() > 0
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
  public void lost(Turn running, Loss loss) {
    if (answered.compareAndSet(false, true)) {
      answer.give(null, loss(running, loss));
    }
  }

  private static WeftException loss(Turn running, Loss loss) {
    long first = running.firstSealed();
    boolean began = first > 0 && first <= loss.unknown();
    Outcome outcome = began || running.wentOutside() ? Outcome.UNKNOWN : Outcome.NOT_EXECUTED;
    return running.object().cutShort(loss, outcome);
  }

  @Override
  public void refuse(WeftException why) {
    if (answered.compareAndSet(false, true)) {
      answer.give(null, why);
    }
  }
}
