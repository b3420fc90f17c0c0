package dev.weft.durable.internal.node;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's incarnations, one after the other: when a lease is lost the node begins again as
 * another. Thread-safe.
 */
public final class NodeLease {
  private static final Logger log = LoggerFactory.getLogger(NodeLease.class);
  private static final long PAUSE_MILLIS = 500;
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  private final NodeSurroundings surroundings;
  private final Incarnation.LeaseTimes times;
  private final Consumer<Incarnation> onLoss;
  private volatile @Nullable Incarnation current;
  private volatile boolean last;

  /**
   * @param onLoss told of each incarnation that lost its lease
   */
  public NodeLease(
      NodeSurroundings surroundings, Incarnation.LeaseTimes times, Consumer<Incarnation> onLoss) {
    this.surroundings = surroundings;
    this.times = times;
    this.onLoss = onLoss;
  }

  /** Null while the node may own nothing. */
  public @Nullable Incarnation current() {
    return current;
  }

  /** Begins; a database that is busy with the start of many nodes may not answer at once. */
  public Future<Void> start(String nodeId, String tag) {
    LongSupplier nanoClock = surroundings.nanoClock();
    long deadline = nanoClock.getAsLong() + START_LIMIT.toNanos();
    return begin(nodeId, tag, () -> nanoClock.getAsLong() - deadline < 0);
  }

  private Future<Void> begin(String nodeId, String tag, BooleanSupplier goesOn) {
    Incarnation next =
        new Incarnation(surroundings, times, gone -> lost(gone, nodeId, tag), () -> last);
    return next.register(nodeId, tag)
        .onSuccess(
            _ -> {
              current = next;
              log.atDebug().addKeyValue("incarnation", next).log("may own objects");
            })
        .recover(
            failure -> {
              next.close(false);
              return goesOn.getAsBoolean()
                  ? surroundings
                      .vertx()
                      .timer(PAUSE_MILLIS)
                      .compose(_ -> begin(nodeId, tag, goesOn))
                  : Future.failedFuture(failure);
            });
  }

  private void lost(Incarnation gone, String nodeId, String tag) {
    if (current == gone) {
      current = null;
    }
    onLoss.accept(gone);
    gone.close(false);
    if (!last) {
      begin(nodeId, tag, () -> !last);
    }
  }

  /** Renews when it is time; called several times a second. */
  public void tick() {
    Incarnation incarnation = current;
    if (incarnation != null) {
      incarnation.tick();
    }
  }

  /** No other incarnation is to follow this one. */
  public void beLast() {
    last = true;
  }

  /** Owns nothing any more, and tells the database so. */
  public Future<Void> end() {
    last = true;
    Incarnation incarnation = current;
    current = null;
    return incarnation == null ? Future.succeededFuture() : incarnation.close(true);
  }
}
