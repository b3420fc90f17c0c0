package dev.weft.durable.internal.instance;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectReset;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.node.Incarnation;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.durable.internal.turn.RunningTurn;
import dev.weft.durable.internal.turn.TurnQueue;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turns of one instance: runs them on the context of its verticle, one at a time, and is what
 * they wait by. Methods are for the threads of turns, except where they say otherwise.
 */
public final class Turns implements TurnSupport {
  private static final Logger log = LoggerFactory.getLogger(Turns.class);

  /** After so many turns in a row the thread makes room for what else waits on the context. */
  private static final int IN_A_ROW = 128;

  private final LiveObject object;
  private final Driver driver;
  private final Frame frame;
  private final Body body;
  private final Context context;
  private final Incarnation incarnation;
  private final TurnQueue<Event, Turn> queue;
  private final LongSupplier nanoClock;
  private final List<Turn> begun = new ArrayList<>(1);
  private final Stretch stretch = new Stretch();
  private final Stretch section = new Stretch();
  private final TurnLog turnLog = new TurnLog();

  /**
   * @param object whose turns they are
   * @param driver told what becomes of them
   */
  Turns(LiveObject object, Driver driver, Frame frame, Body body) {
    this.object = object;
    this.driver = driver;
    this.frame = frame;
    this.body = body;
    this.context = body.deployed().context();
    this.incarnation = frame.incarnation();
    this.queue = frame.queue();
    this.nanoClock = frame.surroundings().nanoClock();
  }

  /** What runs without a wait; thread-safe. */
  public Stretch stretch() {
    return stretch;
  }

  /** The critical section that keeps others out, with its waits; thread-safe. */
  public Stretch section() {
    return section;
  }

  /** Thread-safe. */
  public TurnLog log() {
    return turnLog;
  }

  /** Turns begun and not ended; any thread. */
  public List<Turn> begun() {
    synchronized (begun) {
      return List.copyOf(begun);
    }
  }

  /** Begins with an event whose turn it is, on the context. Any thread. */
  void start(Event event) {
    context.runOnContext(_ -> run(event));
  }

  /** Begins with an event whose turn it is, and goes on as long as there is one. */
  void run(Event first) {
    Event next = first;
    for (int count = 0; next != null; count++) {
      if (count == IN_A_ROW) {
        start(next);
        return;
      }
      handle(next);
      next = queue.finish();
    }
    driver.idle();
  }

  private void handle(Event event) {
    awaitRoom();
    if (!incarnation.holds()) {
      event.refuse(frame.endReason().reset("has lost its lease.", Outcome.NOT_EXECUTED));
      return;
    }
    Turn turn = new Turn(object, event, nanoClock.getAsLong());
    synchronized (begun) {
      begun.add(turn);
    }
    if (frame.life().isOver()) {
      // It was to begin, but had not when the instance ended: nobody else has told its caller.
      event.refuse(frame.endReason().forNotBegun());
      return;
    }
    stretch.begin(turn.beganNanos());
    turn.begin(() -> handle(event, turn));
    stretch.end();
    // It was set within the turn, and is none of the next one's business.
    boolean ignored = Thread.interrupted();
    body.memory().trim(body.commits(), frame.objectClass().limits().cacheBytes());
    if (!turn.wasReset()) {
      synchronized (begun) {
        begun.remove(turn);
      }
    }
    note(event, turn, frame.activity().touch());
  }

  private void note(Event event, Turn turn, long endedNanos) {
    String failure = turn.failureCode();
    long ran = endedNanos - turn.beganNanos();
    turnLog.add(
        event.what(),
        frame.surroundings().clock().millis() - ran / 1_000_000,
        turn.beganNanos() - event.queuedNanos(),
        ran,
        failure);
    frame.surroundings().metrics().turn(failure != null);
  }

  private void handle(Event event, Turn turn) {
    try {
      event.run(turn);
    } catch (ObjectReset reset) {
      turn.wasReset(true);
      // Whoever ended the instance tells the callers; if the lease ran out, nobody has yet.
      driver.endAsSent(frame.endReason().reset("is over.", Outcome.UNKNOWN));
    } catch (Throwable thrown) {
      turn.failed(thrown);
      try {
        event.failed(turn, thrown);
      } catch (ObjectReset reset) {
        turn.wasReset(true);
      } catch (Throwable worse) {
        log.atError()
            .addKeyValue("object", driver.id())
            .setCause(worse)
            .log("turn could not be ended");
        driver.end(ObjectErrors.threw(driver.id(), event.what(), worse));
      }
    }
  }

  // ---- stretches

  @Override
  public long seal() {
    checkAlive();
    return body.commits().seal(body.memory().writes().take());
  }

  @Override
  public void flush() {
    driver.flush();
  }

  @Override
  public boolean hasWritten() {
    return !body.memory().writes().isEmpty();
  }

  @Override
  public long versionAhead() {
    return body.gate().sealed() + (body.memory().writes().hasToTake() ? 1 : 0);
  }

  @Override
  public void pass(OutputGate.Exit exit) {
    body.gate().pass(versionAhead(), exit);
  }

  // ---- the turn of the current thread

  /** The turn of the current thread, which must be one of this instance that holds the object. */
  public Turn current() {
    Turn turn = turn();
    if (turn.isStarting()) {
      throw new IllegalStateException(
          "What is given to outside() may not use the object: read what it needs before.");
    }
    return turn;
  }

  /** The same, also where it starts something outside. */
  public Turn turn() {
    if (RunningTurn.current() instanceof Turn turn && turn.object() == object) {
      checkAlive();
      return turn;
    }
    throw new IllegalStateException("This is for the turns of " + driver.id() + " only.");
  }

  private void checkAlive() {
    if (frame.life().isOver()) {
      throw new ObjectReset(driver.id() + " has ended.");
    }
  }

  private void checkLease() {
    if (!incarnation.holds()) {
      throw new ObjectReset(driver.id() + " has lost its lease.");
    }
  }

  /** From now on only this turn runs; false when nested too deep. */
  public boolean enterCritical(Turn turn, int maxDepth) {
    if (!section.isRunning()) {
      section.begin(nanoClock.getAsLong());
    }
    return queue.enterCritical(turn, maxDepth);
  }

  /** See {@link #enterCritical}. */
  public void leaveCritical() {
    if (queue.leaveCritical()) {
      section.end();
    }
  }

  /** Whether the turn keeps all others out. */
  boolean isHolding(Turn turn) {
    return queue.isCritical(turn);
  }

  void awaits(Turn turn, @Nullable ObjectId object) {
    queue.awaits(turn, object);
  }

  // ---- waits

  @Override
  public <T> T await(Future<T> future) {
    Turn turn = turn();
    if (!future.isComplete()) {
      turn.endStretch();
      Promise<Void> resumed = Contexts.promise(context);
      Promise<Void> waited = Contexts.promise(context);
      turn.waits(waited, resumed);
      if (frame.life().isOver()) {
        // Whoever ended the instance just then may not have seen that it waits.
        turn.wake();
      }
      stretch.end();
      queue.release();
      future.onComplete(_ -> waited.tryComplete());
      // A thread that is interrupted cannot wait, and the object would be held for good.
      boolean interrupted = Thread.interrupted();
      try {
        park(waited.future());
      } finally {
        if (!queue.reacquire(turn)) {
          park(resumed.future());
        }
        stretch.begin(nanoClock.getAsLong());
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      checkAlive();
      checkLease();
    }
    return result(future);
  }

  /** Parks the thread. The end of an instance interrupts it: its caller looks for that. */
  private void park(Future<?> future) {
    try {
      Object ignored = future.await();
    } catch (Throwable e) {
      if (!(e instanceof InterruptedException) || !frame.life().isOver()) {
        throw e;
      }
    }
  }

  @Override
  public <T> T read(Function<ObjectStore, Future<T>> question) {
    current();
    Future<T> answer = question.apply(frame.surroundings().store());
    boolean interrupted = Thread.interrupted();
    park(answer.otherwiseEmpty());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    checkAlive();
    checkLease();
    if (answer.failed()) {
      throw ObjectErrors.storageUnavailable(driver.id(), answer.cause());
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
    Future<Void> room = body.commits().room();
    if (!room.isComplete()) {
      park(room);
    }
  }

  /**
   * Starts something outside in this turn, once all that it has written is durable, and waits for
   * it.
   */
  public <T> T outside(Supplier<Future<T>> operation) {
    Turn turn = current();
    await(whenDurable());
    // In this order: whoever ends the instance either sees it, or is seen here.
    turn.goesOutside();
    checkAlive();
    Future<T> started;
    turn.starting(true);
    try {
      started = operation.get();
    } finally {
      turn.starting(false);
    }
    return await(Objects.requireNonNull(started, "what was given to outside() returned null"));
  }

  /** Completes when all that was written before is durable. */
  public Future<Void> whenDurable() {
    return afterWrites(Future::succeededFuture);
  }

  /** What goes through the gate keeps its order. */
  @Override
  public <T> Future<T> afterWrites(Supplier<Future<T>> operation) {
    Promise<T> promise = Contexts.promise(context);
    pass(
        new OutputGate.Exit() {
          @Override
          public void leave(boolean waited) {
            if (!waited && !incarnation.holds()) {
              promise.tryFail(frame.endReason().reset("has lost its lease.", Outcome.NOT_EXECUTED));
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
            promise.tryFail(frame.endReason().reset(loss.reason(), Outcome.NOT_EXECUTED));
          }
        });
    return promise.future();
  }
}
