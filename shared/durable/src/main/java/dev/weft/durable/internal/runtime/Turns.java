package dev.weft.durable.internal.runtime;

import dev.weft.contracts.Outcome;
import dev.weft.durable.ObjectReset;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.instance.CallChain;
import dev.weft.durable.internal.instance.Stretch;
import dev.weft.durable.internal.instance.TurnLog;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.durable.internal.turn.RunningTurn;
import dev.weft.durable.internal.turn.TurnQueue;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turns of one instance: runs them on the context of its verticle, one at a time, and is what
 * they wait by. Methods are for the threads of turns, except where they say otherwise.
 */
final class Turns implements TurnQueue.Runner<Event, Turn> {
  private static final Logger log = LoggerFactory.getLogger(Turns.class);

  /** After so many turns in a row the thread makes room for what else waits on the context. */
  private static final int IN_A_ROW = 128;

  private final Activation activation;
  private final TurnQueue<Event, Turn> queue;
  private final List<Turn> begun = new ArrayList<>(1);
  private final Stretch stretch = new Stretch();
  private final Stretch section = new Stretch();
  private final TurnLog turnLog = new TurnLog();

  Turns(Activation activation, int mailboxCalls, int mailboxBytes) {
    this.activation = activation;
    this.queue = new TurnQueue<>(this, mailboxCalls, mailboxBytes);
  }

  /** Thread-safe. */
  TurnQueue<Event, Turn> queue() {
    return queue;
  }

  /** What runs without a wait; thread-safe. */
  Stretch stretch() {
    return stretch;
  }

  /** The critical section that keeps others out, with its waits; thread-safe. */
  Stretch section() {
    return section;
  }

  /** Thread-safe. */
  TurnLog log() {
    return turnLog;
  }

  /** Turns begun and not ended; any thread. */
  List<Turn> begun() {
    synchronized (begun) {
      return List.copyOf(begun);
    }
  }

  @Override
  public void start(Event event) {
    activation.context().runOnContext(_ -> runTurns(event));
  }

  @Override
  public void resume(Turn turn) {
    Promise<Void> resumed = turn.resumed;
    if (resumed != null) {
      resumed.tryComplete();
    }
  }

  /** Begins with an event whose turn it is, and goes on as long as there is one. */
  void runTurns(Event first) {
    Event next = first;
    for (int count = 0; next != null; count++) {
      if (count == IN_A_ROW) {
        Event later = next;
        activation.context().runOnContext(_ -> runTurns(later));
        return;
      }
      handle(next);
      next = queue.finish();
    }
    afterTurns();
  }

  private void handle(Event event) {
    awaitRoom();
    if (!activation.incarnation().holds()) {
      event.refuse(activation.endReason().reset("has lost its lease.", Outcome.NOT_EXECUTED));
      return;
    }
    Turn turn =
        new Turn(activation, event, event.call(), CallChain.with(event.chain(), activation.id()));
    synchronized (begun) {
      begun.add(turn);
    }
    if (activation.state() == Activation.State.OVER) {
      // It was to begin, but had not when the instance ended: nobody else has told its caller.
      event.refuse(activation.endReason().forNotBegun());
      return;
    }
    stretch.begin();
    turn.begin(() -> handle(event, turn));
    stretch.end();
    // It was set within the turn, and is none of the next one's business.
    boolean ignored = Thread.interrupted();
    activation.memory().trim(activation.commits(), activation.objectClass().limits().cacheBytes());
    if (!turn.wasReset) {
      synchronized (begun) {
        begun.remove(turn);
      }
    }
    activation.touch();
    String failure = turn.failureCode();
    long ran = System.nanoTime() - turn.beganNanos;
    turnLog.add(
        event.what(),
        System.currentTimeMillis() - ran / 1_000_000,
        turn.beganNanos - event.queuedNanos,
        ran,
        failure);
    activation.host().metrics().turn(failure != null);
  }

  private void handle(Event event, Turn turn) {
    try {
      event.run(activation, turn);
    } catch (ObjectReset reset) {
      turn.wasReset = true;
      // Whoever ended the instance tells the callers; if the lease ran out, nobody has yet.
      activation.endAsSent(activation.endReason().reset("is over.", Outcome.UNKNOWN));
    } catch (Throwable thrown) {
      turn.failed(thrown);
      try {
        event.failed(activation, turn, thrown);
      } catch (ObjectReset reset) {
        turn.wasReset = true;
      } catch (Throwable worse) {
        log.atError()
            .addKeyValue("object", activation.id())
            .setCause(worse)
            .log("turn could not be ended");
        activation.end(ObjectErrors.threw(activation.id(), event.what(), worse));
      }
    }
  }

  private void afterTurns() {
    if (activation.state() == Activation.State.RELEASING) {
      activation.releaseWhenIdle();
    }
  }

  /**
   * Ends a stretch of a turn: what it wrote is to be committed as one.
   *
   * @return the version that everything written until now is durable with
   */
  long endStretch(Turn turn) {
    checkAlive();
    long version = activation.commits().seal(activation.memory().writes().take());
    if (version > 0) {
      if (turn.firstSealed == 0) {
        turn.firstSealed = version;
      }
      activation.incarnation().flush(activation);
    }
    return activation.gate().sealed();
  }

  /** Whether the turn has written anything. */
  boolean wrote(Turn turn) {
    return turn.firstSealed > 0 || !activation.memory().writes().isEmpty();
  }

  /** The version with which what the current stretch has written so far will be durable. */
  long versionAhead() {
    return activation.gate().sealed() + (activation.memory().writes().hasToTake() ? 1 : 0);
  }

  /** The turn of the current thread, which must be one of this instance that holds the object. */
  Turn current() {
    Turn turn = turn();
    if (turn.starting) {
      throw new IllegalStateException(
          "What is given to outside() may not use the object: read what it needs before.");
    }
    return turn;
  }

  /** The same, also where it starts something outside. */
  Turn turn() {
    if (RunningTurn.current() instanceof Turn turn && turn.activation == activation) {
      checkAlive();
      return turn;
    }
    throw new IllegalStateException("This is for the turns of " + activation.id() + " only.");
  }

  private void checkAlive() {
    if (activation.state() == Activation.State.OVER) {
      throw new ObjectReset(activation.id() + " has ended.");
    }
  }

  /** From now on only this turn runs; false when nested too deep. */
  boolean enterCritical(Turn turn, int maxDepth) {
    if (section.nanos() == 0) {
      section.begin();
    }
    return queue.enterCritical(turn, maxDepth);
  }

  /** See {@link #enterCritical}. */
  void leaveCritical() {
    if (queue.leaveCritical()) {
      section.end();
    }
  }

  /**
   * Waits for something outside; other events may enter. Ends with the instance, also when what it
   * waits for never does.
   */
  <T> T await(Future<T> future) {
    Turn turn = turn();
    if (!future.isComplete()) {
      endStretch(turn);
      Promise<Void> resumed = Contexts.promise(activation.context());
      turn.resumed = resumed;
      stretch.end();
      queue.release();
      Promise<Void> waited = Contexts.promise(activation.context());
      turn.waited = waited;
      future.onComplete(_ -> waited.tryComplete());
      // A thread that is interrupted cannot wait, and the object would be held for good.
      boolean interrupted = Thread.interrupted();
      try {
        park(waited.future());
      } finally {
        if (!queue.reacquire(turn)) {
          park(resumed.future());
        }
        stretch.begin();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      checkAlive();
      if (!activation.incarnation().holds()) {
        throw new ObjectReset(activation.id() + " has lost its lease.");
      }
    }
    return result(future);
  }

  /** Parks the thread. The end of an instance interrupts it: its caller looks for that. */
  private void park(Future<?> future) {
    try {
      Object ignored = future.await();
    } catch (Throwable e) {
      if (!(e instanceof InterruptedException) || activation.state() != Activation.State.OVER) {
        throw e;
      }
    }
  }

  /** Waits for the store; nothing else enters. */
  <T> T read(Function<ObjectStore, Future<T>> question) {
    current();
    Future<T> answer = question.apply(activation.host().store());
    boolean interrupted = Thread.interrupted();
    park(answer.otherwiseEmpty());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    checkAlive();
    if (!activation.incarnation().holds()) {
      throw new ObjectReset(activation.id() + " has lost its lease.");
    }
    if (answer.failed()) {
      throw ObjectErrors.storageUnavailable(activation.id(), answer.cause());
    }
    return answer.result();
  }

  private static <T> T result(Future<T> future) {
    if (future.failed()) {
      Throwable cause = future.cause();
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(cause);
    }
    return future.result();
  }

  /** Waits, holding the object, until what is written and not committed is less. */
  private void awaitRoom() {
    Future<Void> room = activation.commits().room();
    if (!room.isComplete()) {
      park(room);
    }
  }

  /**
   * Starts something outside in this turn, once all that it has written is durable, and waits for
   * it.
   */
  <T> T outside(Supplier<Future<T>> operation) {
    Turn turn = current();
    await(whenDurable());
    // In this order: whoever ends the instance either sees it, or is seen here.
    turn.wentOutside = true;
    checkAlive();
    Future<T> started;
    turn.starting = true;
    try {
      started = operation.get();
    } finally {
      turn.starting = false;
    }
    return await(Objects.requireNonNull(started, "what was given to outside() returned null"));
  }

  /** Completes when all that was written before is durable. */
  Future<Void> whenDurable() {
    return atGate(Future::succeededFuture);
  }

  /**
   * Starts something outside once all that was written before is durable; the operation may run on
   * any thread and must not block.
   */
  <T> Future<T> afterWrites(Turn turn, Supplier<Future<T>> operation) {
    turn.wentOutside = true;
    return atGate(operation);
  }

  /** What goes through the gate keeps its order. */
  private <T> Future<T> atGate(Supplier<Future<T>> operation) {
    Promise<T> promise = Contexts.promise(activation.context());
    activation
        .gate()
        .pass(
            versionAhead(),
            new OutputGate.Exit() {
              @Override
              public void leave(boolean waited) {
                if (!waited && !activation.incarnation().holds()) {
                  promise.tryFail(
                      activation.endReason().reset("has lost its lease.", Outcome.NOT_EXECUTED));
                  return;
                }
                try {
                  operation.get().onComplete(promise);
                } catch (RuntimeException | Error e) {
                  promise.tryFail(e);
                }
              }

              @Override
              public void lost(Loss loss) {
                promise.tryFail(activation.endReason().reset(loss.reason(), Outcome.NOT_EXECUTED));
              }
            });
    return promise.future();
  }
}
