package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/**
 * A call as its caller sees it: it ends once, by an answer, a failure, its deadline or its caller's
 * cancellation, and while nobody serves its endpoint it waits a little.
 */
abstract class OutgoingCall implements TimerTask, Runnable {
  /** A chain longer than this is a circle. */
  private static final int MAX_CHAIN = 16;

  final MeshCore core;
  final ContextInternal caller;
  final Endpoint<?, ?> endpoint;
  final CallContext context;

  /** The one node that may answer; null when any may. */
  final @Nullable String node;

  private final Runnable retry = this::tryAgain;
  private volatile @Nullable Timeout timeout;
  private volatile @Nullable Callee callee;
  private volatile boolean started;
  private boolean waiting;

  OutgoingCall(
      MeshCore core,
      ContextInternal caller,
      Endpoint<?, ?> endpoint,
      CallContext context,
      @Nullable String node) {
    this.node = node;
    this.core = core;
    this.caller = caller;
    this.endpoint = endpoint;
    this.context = context;
  }

  /** The side that works on a call, to be told when the caller gives up. */
  interface Callee {
    void abandon();
  }

  /**
   * Hands the call to a node that serves it and says so by {@link #given}; false when none does.
   */
  abstract boolean route();

  abstract boolean isOver();

  /** Whether the deadline still matters. On the caller's context. */
  abstract boolean awaitsAnswer();

  /** Ends the call with a failure; false when it has ended already. */
  abstract boolean fail(WeftException failure);

  /** Begins on the caller's context, at once when this is its thread. */
  final void start() {
    caller.execute(this::begin);
  }

  private void begin() {
    if (context.cancellation().isCancelled()) {
      fail(MeshErrors.cancelled(endpoint, false));
    } else if (context.expired()) {
      fail(MeshErrors.timeout(endpoint, false));
    } else if (context.chain().size() >= MAX_CHAIN) {
      fail(MeshErrors.chainTooLong(context));
    } else if (route()) {
      arm(context.deadlineNanos() - System.nanoTime());
    } else if (node != null) {
      fail(MeshErrors.nodeUnavailable(node, false));
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
  }

  /** Releases what the call holds; called by whoever ended it. */
  final void disarm() {
    Timeout armed = timeout;
    if (armed != null) {
      armed.cancel();
    }
    context.cancellation().forget(this);
  }

  /** The first answer of a stream is there: no deadline any more. */
  final void disarmDeadline() {
    Timeout armed = timeout;
    if (armed != null) {
      armed.cancel();
    }
  }

  /** Waits for a node that serves the endpoint, within the grace. */
  final void waitForService() {
    disarm();
    waiting = true;
    if (!core.await(retry)) {
      fail(MeshErrors.overloaded("Too many calls wait for services that are not there."));
      return;
    }
    arm(Math.min(core.options().grace().toNanos(), context.deadlineNanos() - System.nanoTime()));
    // A node may have come between the look and the wait.
    tryAgain();
  }

  private void tryAgain() {
    caller.execute(
        () -> {
          if (!waiting || isOver()) {
            core.stopAwaiting(retry);
          } else if (route()) {
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
    if (awaitsAnswer()) {
      Timeout armed = core.after(Math.max(nanos, 0), this);
      if (armed == null) {
        fail(MeshErrors.draining());
        return;
      }
      timeout = armed;
    }
    context.cancellation().onCancel(this);
    if (isOver()) {
      disarm();
    }
  }

  /** The deadline has passed, or the grace. */
  @Override
  public final void run(Timeout fired) {
    WeftException failure =
        callee == null && !context.expired()
            ? MeshErrors.unavailable(endpoint)
            : MeshErrors.timeout(endpoint, started);
    if (fail(failure)) {
      abandon();
    }
  }

  /** The caller has cancelled. */
  @Override
  public final void run() {
    if (fail(MeshErrors.cancelled(endpoint, started))) {
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
      caller.nettyEventLoop().execute(working::abandon);
    }
  }
}
