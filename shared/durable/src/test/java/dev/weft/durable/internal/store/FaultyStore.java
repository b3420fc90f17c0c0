package dev.weft.durable.internal.store;

import dev.weft.contracts.WeftError;
import dev.weft.contracts.objects.ObjectId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store whose operations a test can hold back, lose, refuse or make fail. */
public abstract class FaultyStore implements ObjectStore {

  /** What can be held back or made to fail. */
  public enum Operation {
    REGISTER,
    RENEW,
    CLAIM,
    CONFIRM,
    COMMIT,
    READ,
    ALARMS,
    WATCH
  }

  /** What the next commit meets. */
  enum CommitFault {
    LOST_BEFORE,
    LOST_AFTER,
    FENCED
  }

  private final Map<ObjectId, WeftError> refused = new HashMap<>();
  private final Queue<CommitFault> commitFaults = new ArrayDeque<>();
  private final Map<Operation, Gate> gates = new ConcurrentHashMap<>();
  private final Map<Operation, Queue<Throwable>> failures = new ConcurrentHashMap<>();

  /** From now on operations of a kind wait, before they have any effect, until it is opened. */
  public Gate hold(Operation operation) {
    Gate gate = new Gate(() -> gates.remove(operation));
    gates.put(operation, gate);
    return gate;
  }

  /** The next operation of a kind has no effect and fails so; not for commits. */
  public void failNext(Operation operation, Throwable failure) {
    failures.computeIfAbsent(operation, any -> new ArrayDeque<>()).add(failure);
  }

  /** All commits of the object are refused, until {@link #accept}. */
  public synchronized void refuse(ObjectId id, WeftError error) {
    refused.put(id, error);
  }

  /** Ends {@link #refuse}. */
  public synchronized void accept(ObjectId id) {
    refused.remove(id);
  }

  /** The next batch is answered with unknown; it took effect, or did not. */
  public synchronized void loseNextCommit(boolean applied) {
    commitFaults.add(applied ? CommitFault.LOST_AFTER : CommitFault.LOST_BEFORE);
  }

  /** The next batch is answered as if all its objects had another owner. */
  public synchronized void fenceNextCommit() {
    commitFaults.add(CommitFault.FENCED);
  }

  /** Operations that wait until they are let go on. */
  public static final class Gate {
    private final Runnable remove;
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private boolean open;

    private Gate(Runnable remove) {
      this.remove = remove;
    }

    /** How many operations wait here. */
    public synchronized int waiting() {
      return waiting.size();
    }

    /** Lets all that wait go on, in order, and holds none from now on. */
    public void open() {
      remove.run();
      List<Promise<Void>> all;
      synchronized (this) {
        open = true;
        all = List.copyOf(waiting);
        waiting.clear();
      }
      all.forEach(Promise::complete);
    }

    private Future<Void> pass() {
      synchronized (this) {
        if (open) {
          return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        waiting.add(promise);
        return promise.future();
      }
    }
  }

  /** What the commit under way meets; null for nothing. Within the lock. */
  final @Nullable CommitFault nextCommitFault() {
    return commitFaults.poll();
  }

  /** What the object's commits are refused with; null when they are not. Within the lock. */
  final @Nullable WeftError refusalOf(ObjectId id) {
    return refused.get(id);
  }

  /** Does the work within the lock, unless it is held back or made to fail. */
  final <T extends @Nullable Object> Future<T> run(Operation operation, Supplier<T> work) {
    Gate gate = gates.get(operation);
    if (gate != null) {
      return gate.pass().compose(any -> runNow(operation, work));
    }
    return runNow(operation, work);
  }

  private <T extends @Nullable Object> Future<T> runNow(Operation operation, Supplier<T> work) {
    T result;
    synchronized (this) {
      Queue<Throwable> planned = failures.get(operation);
      Throwable failure = planned == null ? null : planned.poll();
      if (failure != null) {
        return Future.failedFuture(failure);
      }
      try {
        result = work.get();
      } catch (RuntimeException e) {
        return Future.failedFuture(e);
      }
    }
    return Future.succeededFuture(result);
  }
}
