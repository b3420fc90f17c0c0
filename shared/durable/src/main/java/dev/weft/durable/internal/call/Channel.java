package dev.weft.durable.internal.call;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The way of one stub's calls to its object, in their order. They are sent one after the other
 * without waiting for answers. When one has to be made again, those behind it wait until all that
 * are on their way have been answered; then they go again, from the first. Thread-safe.
 */
final class Channel {
  private final Router router;
  private final ObjectId id;
  private final UnaryEndpoint<ObjectRequest, ObjectReply> endpoint;
  private final long stub = ThreadLocalRandom.current().nextLong() | 1;
  private final Context sender;
  private final Deque<Op> ops = new ArrayDeque<>();
  private long sequence;
  private int onTheirWay;
  private boolean holding;
  private @Nullable Op lastSent;
  private @Nullable String target;

  Channel(Router router, ObjectId id, UnaryEndpoint<ObjectRequest, ObjectReply> endpoint) {
    this.router = router;
    this.id = id;
    this.endpoint = endpoint;
    this.sender = router.sender();
  }

  /** A call on its way, or waiting to be. */
  private final class Op {
    final MethodTable.Entry method;
    final Fragment args;
    final @Nullable String requestId;
    final List<String> chain;
    final boolean existing;
    final boolean critical;
    final CallContext call;
    final Promise<ObjectReply> promise = Promise.promise();
    final long number;
    int attempts;
    boolean sent;
    boolean mayHaveRun;
    @Nullable WeftException last;

    Op(
        MethodTable.Entry method,
        Fragment args,
        @Nullable String requestId,
        List<String> chain,
        boolean existing,
        boolean critical,
        CallContext call,
        long number) {
      this.method = method;
      this.args = args;
      this.requestId = requestId;
      this.chain = chain;
      this.existing = existing;
      this.critical = critical;
      this.call = call;
      this.number = number;
    }

    /** What happened, as the caller is told: once an attempt may have run, the call may have. */
    WeftException told(WeftException failure) {
      Outcome outcome = failure.error().outcome();
      if (outcome == Outcome.UNKNOWN) {
        mayHaveRun = true;
      }
      return mayHaveRun && outcome == Outcome.NOT_EXECUTED
          ? failure.error().withOutcome(Outcome.UNKNOWN).exception(failure)
          : failure;
    }

    ObjectRequest request(long previous) {
      return new ObjectRequest(
          id.hex(),
          id.name().orElse(null),
          method.name(),
          args,
          requestId,
          stub,
          number,
          previous,
          chain,
          existing ? true : null,
          critical ? true : null);
    }
  }

  /**
   * Makes a call.
   *
   * @param critical whether the caller lets nobody in until it is answered
   */
  Future<ObjectReply> call(
      MethodTable.Entry method,
      Fragment args,
      @Nullable String requestId,
      List<String> chain,
      boolean existing,
      boolean critical,
      CallContext call) {
    Op op;
    synchronized (this) {
      op = new Op(method, args, requestId, chain, existing, critical, call, ++sequence);
      ops.add(op);
      if (!holding) {
        send(op);
      }
    }
    return op.promise.future();
  }

  /** Within the lock, so that calls leave in their order. */
  private void send(Op op) {
    if (onTheirWay == 0) {
      target = router.choose(id, endpoint);
    }
    long previous = lastSent == null ? 0 : lastSent.number;
    lastSent = op;
    op.sent = true;
    op.attempts++;
    onTheirWay++;
    String node = target;
    Contexts.execute(
        sender,
        () ->
            router
                .call(node, endpoint, op.request(previous), op.call)
                .onComplete((reply, failure) -> answered(op, node, reply, failure)));
  }

  private void answered(
      Op op, @Nullable String node, @Nullable ObjectReply reply, @Nullable Throwable failure) {
    WeftException error =
        failure == null ? null : op.told(Retries.explained(id, failure, node, op.last));
    boolean again = error != null && mayRepeat(op, error.error());
    synchronized (this) {
      op.sent = false;
      op.last = error;
      onTheirWay--;
      if (again) {
        holding = true;
      } else {
        ops.remove(op);
      }
      if (op == lastSent) {
        lastSent = lastOnItsWay();
      }
      if (holding && onTheirWay == 0) {
        resumeLater();
      }
    }
    if (error == null) {
      op.promise.complete(reply);
    } else if (!again) {
      op.promise.fail(error);
    }
  }

  /** What a further call must not overtake, though those between may have failed already. */
  private @Nullable Op lastOnItsWay() {
    for (Iterator<Op> each = ops.descendingIterator(); each.hasNext(); ) {
      Op op = each.next();
      if (op.sent) {
        return op;
      }
    }
    return null;
  }

  private boolean mayRepeat(Op op, WeftError error) {
    boolean repeatable = op.method.idempotent() || op.requestId != null;
    if (router.isClosed()
        || op.call.expired()
        || op.call.cancellation().isCancelled()
        || !Retries.mayRepeat(error, repeatable)) {
      return false;
    }
    Retries.learn(router, id, error);
    return true;
  }

  private void resumeLater() {
    Op first = ops.peek();
    WeftException last = first == null ? null : first.last;
    long pause = last == null ? 0 : Retries.pauseMillis(first.attempts, last.error());
    if (pause == 0 && !router.isClosed()) {
      sender.runOnContext(_ -> resume());
    } else {
      router.afterPause(pause, this::resume);
    }
  }

  private void resume() {
    Deque<Op> late = new ArrayDeque<>();
    synchronized (this) {
      holding = false;
      for (Op op : List.copyOf(ops)) {
        if (op.last != null && op.call.expired()) {
          ops.remove(op);
          late.add(op);
        } else if (!holding) {
          send(op);
        }
      }
    }
    for (Op op : late) {
      WeftException last = op.last;
      if (last != null) {
        op.promise.fail(last);
      }
    }
  }
}
