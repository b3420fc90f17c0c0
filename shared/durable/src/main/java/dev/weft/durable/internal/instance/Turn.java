package dev.weft.durable.internal.instance;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.RunningTurn;
import dev.weft.mesh.CallContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One event being handled by an object. */
public final class Turn extends RunningTurn {
  private final LiveObject object;
  private final Event event;
  private final List<String> chain;
  private final long beganNanos;

  /** The first version that holds something this turn wrote; 0 for none yet. */
  private volatile long firstSealed;

  private volatile boolean wentOutside;

  /** Whether it is starting something outside, by code that may not use the object. */
  private boolean starting;

  /** Completed when the turn may go on after it waited. */
  private volatile @Nullable Promise<Void> resumed;

  /** Completed when what the turn waits for has come. */
  private volatile @Nullable Promise<Void> waited;

  /**
   * Whether it was cut short by the end of its instance. Whoever ends that may not have told the
   * turn's caller yet, and finds it among the instance's turns.
   */
  private boolean wasReset;

  private volatile @Nullable Throwable failure;

  Turn(LiveObject object, Event event, long beganNanos) {
    this.object = object;
    this.event = event;
    this.chain = CallChain.with(event.chain(), object.id());
    this.beganNanos = beganNanos;
  }

  /** Whose turn it is. */
  public LiveObject object() {
    return object;
  }

  /** What it handles. */
  public Event event() {
    return event;
  }

  /** When it began, by the node's monotonic clock. */
  public long beganNanos() {
    return beganNanos;
  }

  // ---- what it does

  /** Runs its event. */
  void begin(Runnable body) {
    run(body);
  }

  /** Ends a stretch: what it has written since the last wait is to be committed as one. */
  public void endStretch() {
    long version = object.seal();
    if (version > 0) {
      if (firstSealed == 0) {
        // Before anything can become of the commit.
        firstSealed = version;
      }
      object.flush();
    }
  }

  /** Lets something leave once all that was written until now is durable. */
  public void leave(OutputGate.Exit exit) {
    endStretch();
    object.pass(exit);
  }

  /** Whether it has written anything. */
  public boolean wrote() {
    return firstSealed > 0 || object.hasWritten();
  }

  /**
   * The first version that holds something it wrote; 0 when nothing of it is sealed. Any thread.
   */
  public long firstSealed() {
    return firstSealed;
  }

  /** It does something outside that the object's commits do not tell of. */
  public void goesOutside() {
    wentOutside = true;
  }

  /** Whether it {@link #goesOutside}; any thread. */
  public boolean wentOutside() {
    return wentOutside;
  }

  boolean isStarting() {
    return starting;
  }

  void starting(boolean begins) {
    starting = begins;
  }

  // ---- waits

  /**
   * It begins to wait.
   *
   * @param newWaited completed when what it waits for has come
   * @param newResumed completed when it may go on after that
   */
  void waits(Promise<Void> newWaited, Promise<Void> newResumed) {
    waited = newWaited;
    resumed = newResumed;
  }

  /** It may go on after it waited. Any thread. */
  void resume() {
    Promise<Void> promise = resumed;
    if (promise != null) {
      promise.tryComplete();
    }
  }

  /** The instance is over: it need not wait any longer. Any thread. */
  void wake() {
    Promise<Void> waiting = waited;
    if (waiting != null) {
      waiting.tryComplete();
    }
  }

  // ---- how it ends

  void wasReset(boolean reset) {
    wasReset = reset;
  }

  boolean wasReset() {
    return wasReset;
  }

  /** It has thrown. */
  void failed(Throwable thrown) {
    failure = thrown;
  }

  /** Code or class of what it threw; null when it threw nothing. */
  @Nullable String failureCode() {
    Throwable thrown = failure;
    return switch (thrown) {
      case null -> null;
      case WeftException weft -> weft.error().code();
      default -> thrown.getClass().getName();
    };
  }

  // ---- as those see it who act on its behalf

  @Override
  public CallContext call() {
    return event.call();
  }

  @Override
  public List<String> chain() {
    return chain;
  }

  @Override
  public <T> Future<T> afterWrites(Supplier<Future<T>> operation) {
    goesOutside();
    return object.afterWrites(operation);
  }

  @Override
  public boolean isHolding() {
    return object.isHolding(this);
  }

  @Override
  public <T> T await(ObjectId other, Future<T> answer) {
    object.awaits(this, other);
    try {
      return object.await(answer);
    } finally {
      object.awaits(this, null);
    }
  }

  @Override
  public <T> T await(Future<T> future) {
    return object.await(future);
  }
}
