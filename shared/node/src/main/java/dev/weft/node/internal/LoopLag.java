package dev.weft.node.internal;

import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;

/** Measures how late the event loop that it is deployed on does what it has to. */
final class LoopLag extends VerticleBase {
  private static final long LOOK_MILLIS = 500;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);

  private final Timer lag;
  private long dueNanos;

  LoopLag(Timer lag) {
    this.lag = lag;
  }

  @Override
  public Future<?> start() {
    arm();
    return Future.succeededFuture();
  }

  private void arm() {
    dueNanos = System.nanoTime() + LOOK_NANOS;
    vertx.setTimer(LOOK_MILLIS, timer -> look());
  }

  private void look() {
    lag.record(Math.max(0, System.nanoTime() - dueNanos), TimeUnit.NANOSECONDS);
    arm();
  }
}
