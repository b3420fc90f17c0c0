package dev.weft.durable.internal.runtime;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.turn.RunningTurn;
import dev.weft.mesh.CallContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One event being handled by an object. */
final class Turn extends RunningTurn {
  final Activation activation;
  final Event event;
  final CallContext call;
  final List<String> chain;
  final long beganNanos = System.nanoTime();

  /** The first version that holds something this turn wrote; 0 for none yet. */
  volatile long firstSealed;

  /** Whether it has done something outside that the object's commits do not tell of. */
  volatile boolean wentOutside;

  /** Whether it is starting something outside, by code that may not use the object. */
  boolean starting;

  /** Completed when the turn may go on after it waited. */
  volatile @Nullable Promise<Void> resumed;

  /** Completed when what the turn waits for has come. */
  volatile @Nullable Promise<Void> waited;

  /**
   * Whether it was cut short by the end of its instance. Whoever ends that may not have told the
   * turn's caller yet, and finds it among the instance's turns.
   */
  boolean wasReset;

  private volatile @Nullable Throwable failure;

  Turn(Activation activation, Event event, CallContext call, List<String> chain) {
    this.activation = activation;
    this.event = event;
    this.call = call;
    this.chain = chain;
  }

  /** The instance is over: it need not wait any longer. Any thread. */
  void wake() {
    Promise<Void> waiting = waited;
    if (waiting != null) {
      waiting.tryComplete();
    }
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

  @Override
  public CallContext call() {
    return call;
  }

  @Override
  public List<String> chain() {
    return chain;
  }

  @Override
  public <T> Future<T> afterWrites(Supplier<Future<T>> operation) {
    return activation.turns().afterWrites(this, operation);
  }

  @Override
  public <T> T await(Future<T> future) {
    return activation.turns().await(future);
  }

  /** Runs its event. */
  void begin(Runnable body) {
    run(body);
  }
}
