package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call as its caller sees it: it ends once, by an answer, a failure, its deadline or its caller's
 * cancellation, and while nobody serves its endpoint it waits a little. The other side is a {@link
 * ServedCall}, on this node or on another.
 *
 * @param <Q> the request
 * @param <R> the reply, or an item of the stream
 */
abstract sealed class Call<Q, R> extends Deadlines.Entry implements Origin<Q, R>, Runnable
    permits UnaryCall, StreamCall {
  /** A chain longer than this is a circle. */
  private static final int MAX_CHAIN = 16;

  final MeshCore core;
  final Context caller;
  final Endpoint<Q, R> endpoint;
  final CallContext context;

  /** The one node that may answer; null when any may. */
  final @Nullable String node;

  private final Router router;
  private volatile @Nullable Q request;
  private final Runnable retry = this::tryAgain;
  private volatile @Nullable Callee callee;
  private volatile boolean started;
  private volatile boolean begun;
  private boolean waiting;

  Call(
      MeshCore core,
      Router router,
      Context caller,
      Endpoint<Q, R> endpoint,
      Q request,
      CallContext context,
      @Nullable String node) {
    this.core = core;
    this.router = router;
    this.caller = caller;
    this.endpoint = endpoint;
    this.request = request;
    this.context = context;
    this.node = node;
  }

  /** Finds who answers. */
  interface Router {
    /**
     * Hands the call to a node that serves it and says so by {@link #given}; false when none does.
     */
    boolean route(Call<?, ?> call);

    /** How long a call waits for a node that serves the endpoint. */
    Duration patience(Endpoint<?, ?> endpoint);
  }

  abstract boolean isOver();

  /** Whether the deadline still matters. On the caller's context. */
  abstract boolean awaitsAnswer();

  /** Ends the call with a failure, whatever is on its way; false when it has ended already. */
  abstract boolean tryFail(WeftException failure);

  /**
   * The next item of a stream, of about that size; a unary call takes none. On the caller's
   * context.
   */
  abstract void item(R item, int bytes);

  /** The callee's last word, after the items before it. On the caller's context. */
  abstract void finish(@Nullable WeftException failure);

  final boolean isStream() {
    return endpoint instanceof StreamEndpoint;
  }

  @Override
  public final Context where() {
    return caller;
  }

  @Override
  public final boolean isLocal() {
    return true;
  }

  @Override
  public final Q request() {
    return Objects.requireNonNull(request, "asked for after the answer has begun");
  }

  /** The answer has begun, so the request is never given away again: a large one is let go. */
  final void forgetRequest() {
    request = null;
  }

  /** Begins on the caller's context, at once when this is its thread. */
  final void start() {
    Contexts.execute(caller, this::begin);
  }

  private void begin() {
    if (core.hasDeparted()) {
      tryFail(MeshErrors.departed(false));
    } else if (context.cancellation().isCancelled()) {
      tryFail(MeshErrors.cancelled(endpoint, false));
    } else if (context.expired()) {
      tryFail(MeshErrors.timeout(endpoint, false));
    } else if (context.chain().size() >= MAX_CHAIN) {
      tryFail(MeshErrors.chainTooLong(context));
    } else if (router.route(this)) {
      arm(context.deadlineNanos() - System.nanoTime());
    } else if (node != null) {
      tryFail(MeshErrors.nodeUnavailable(node, false));
    } else {
      waitForService();
    }
  }

  /** The call is now with the callee. */
  final void given(Callee newCallee) {
    started = true;
    callee = newCallee;
  }

  /** The call is with nobody any more. */
  final void takenBack() {
    callee = null;
    started = begun;
  }

  /**
   * The one who had the call is gone and may have begun it: it is never again one without effect.
   */
  final void mayHaveBegun() {
    begun = true;
  }

  /** Whether one who had the call may have begun it before. */
  final boolean hasBegun() {
    return begun;
  }

  /** Who works on it; null when nobody does. */
  final @Nullable Callee callee() {
    return callee;
  }

  /** Releases what the call holds; called by whoever ended it. */
  final void disarm() {
    disarmDeadline();
    context.cancellation().forget(this);
  }

  /** The first answer of a stream is there: no deadline any more. */
  final void disarmDeadline() {
    core.deadlines().disarm(this);
  }

  /** Waits for a node that serves the endpoint, within the grace. */
  final void waitForService() {
    disarm();
    waiting = true;
    if (!core.await(retry)) {
      tryFail(MeshErrors.overloaded("Too many calls wait for services that are not there."));
      return;
    }
    arm(Math.min(router.patience(endpoint).toNanos(), context.deadlineNanos() - System.nanoTime()));
    // A node may have come between the look and the wait.
    tryAgain();
  }

  private void tryAgain() {
    Contexts.execute(
        caller,
        () -> {
          if (!waiting || isOver()) {
            core.stopAwaiting(retry);
          } else if (core.hasDeparted()) {
            core.stopAwaiting(retry);
            tryFail(MeshErrors.departed(begun));
          } else if (router.route(this)) {
            waiting = false;
            core.stopAwaiting(retry);
            disarm();
            arm(context.deadlineNanos() - System.nanoTime());
          }
        });
  }

  private void arm(long nanos) {
    if (isOver()) {
      return;
    }
    if (awaitsAnswer() && !core.deadlines().arm(this, nanos)) {
      stopped();
      return;
    }
    context.cancellation().onCancel(this);
    if (isOver()) {
      disarm();
    }
  }

  /** The deadline has passed, or the grace. */
  @Override
  final void passed() {
    boolean nobody = callee == null && !context.expired();
    WeftException failure =
        nobody ? MeshErrors.unavailable(endpoint, begun) : MeshErrors.timeout(endpoint, started);
    if (tryFail(failure)) {
      if (nobody) {
        core.foundNobody();
      } else {
        core.wasLate();
      }
      abandon();
    }
  }

  /** The node stops. */
  @Override
  final void stopped() {
    tryFail(MeshErrors.departed(started));
  }

  /** The caller has cancelled. */
  @Override
  public final void run() {
    if (tryFail(MeshErrors.cancelled(endpoint, started))) {
      abandon();
    }
  }

  /**
   * Tells the callee to stop, on an event loop: what it does then is not for the clock's thread.
   */
  final void abandon() {
    core.stopAwaiting(retry);
    Callee working = callee;
    if (working != null) {
      Contexts.executeOnEventLoop(caller, working::abandon);
    }
  }
}
