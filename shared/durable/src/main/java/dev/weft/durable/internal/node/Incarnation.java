package dev.weft.durable.internal.node;

import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One life of this node as an owner of objects: its lease, and the ways to the store that are bound
 * to it. When the lease is over so is the incarnation; the node goes on as another. Thread-safe.
 *
 * <p>The lease as this node sees it ends before the database thinks so: its time is counted from
 * before the renewal was sent, by the monotonic clock, less a margin.
 */
public final class Incarnation {
  private static final int LANES = 2;
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

  private final String id = UUID.randomUUID().toString();
  private final ObjectStore store;
  private final LeaseTimes times;
  private final Claimer claimer;
  private final Confirmer confirmer;
  private final List<ObjectStore.Lane> lanes = new ArrayList<>();
  private final Flusher flusher;
  private final Backlog backlog = Backlog.ofHeap();
  private final Consumer<Incarnation> onLoss;
  private final LongSupplier nanoClock;
  private volatile long deadlineNanos;
  private volatile boolean over;
  private boolean renewing;
  private long renewedNanos;

  /**
   * How long leases last.
   *
   * @param ttl after the last renewal the node may be buried
   * @param renew between two renewals
   * @param margin what the node itself keeps away from the end
   */
  public record LeaseTimes(Duration ttl, Duration renew, Duration margin) {}

  /**
   * @param onLoss called once, on any thread, when the lease is over
   * @param isLast whether the node stops: then it is no news that the database has buried it
   */
  Incarnation(
      NodeSurroundings surroundings,
      LeaseTimes times,
      Consumer<Incarnation> onLoss,
      BooleanSupplier isLast) {
    this.store = surroundings.store();
    this.times = times;
    this.onLoss = onLoss;
    this.nanoClock = surroundings.nanoClock();
    this.deadlineNanos = nanoClock.getAsLong();
    this.claimer =
        new Claimer(
            surroundings.vertx(),
            store,
            id,
            times.ttl(),
            () -> {
              if (!isLast.getAsBoolean()) {
                lose();
              }
            });
    this.confirmer = new Confirmer(store);
    for (int i = 0; i < LANES; i++) {
      lanes.add(store.openLane(id, () -> !isOver()));
    }
    this.flusher = new Flusher(lanes, surroundings.metrics(), nanoClock);
  }

  public String id() {
    return id;
  }

  /** Makes the incarnation known to the database. */
  Future<Void> register(String nodeId, String tag) {
    long sent = nanoClock.getAsLong();
    return store
        .register(id, nodeId, tag, times.ttl())
        .timeout(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .map(
            _ -> {
              renewed(sent);
              return null;
            });
  }

  /** Whether the lease holds now: without it no turn begins, and nothing leaves unproven. */
  public boolean holds() {
    return !over && nanoClock.getAsLong() - deadlineNanos < 0;
  }

  public boolean isOver() {
    if (!over && nanoClock.getAsLong() - deadlineNanos >= 0 && renewedNanos != 0) {
      lose();
    }
    return over;
  }

  /** Renews when it is time; called several times a second. */
  void tick() {
    if (isOver()) {
      return;
    }
    synchronized (this) {
      if (renewing || nanoClock.getAsLong() - renewedNanos < times.renew().toNanos()) {
        return;
      }
      renewing = true;
    }
    long sent = nanoClock.getAsLong();
    store
        .renew(id, times.ttl())
        .timeout(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            (alive, failure) -> {
              synchronized (this) {
                renewing = false;
              }
              if (failure == null && alive) {
                renewed(sent);
              } else if (failure == null) {
                lose();
              }
            });
  }

  private synchronized void renewed(long sentNanos) {
    renewedNanos = sentNanos;
    long deadline = sentNanos + times.ttl().minus(times.margin()).toNanos();
    if (deadline - deadlineNanos > 0) {
      deadlineNanos = deadline;
    }
  }

  /** The lease is over. */
  void lose() {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    onLoss.accept(this);
  }

  /** Runs one of the two: whether the reader owned its object after this call began. */
  public void whenOwned(Confirmer.Reader reader, Runnable owned, Runnable notOwned) {
    if (reader.strictReads()) {
      confirmer.confirm(reader, owned, notOwned);
    } else if (holds()) {
      owned.run();
    } else {
      notOwned.run();
    }
  }

  public Backlog backlog() {
    return backlog;
  }

  public void claim(Claimer.Claimant claimant) {
    claimer.add(claimant);
  }

  public void flush(Flusher.Writer writer) {
    flusher.add(writer);
  }

  /** Tells the database that its objects will be given up. */
  public Future<Void> drain() {
    return store.drain(id);
  }

  /** Ends it for good: what it owned is free. */
  Future<Void> close(boolean bury) {
    over = true;
    Future<Void> buried = bury ? store.bury(id).otherwiseEmpty() : Future.succeededFuture();
    return buried.compose(
        _ -> Future.join(lanes.stream().map(ObjectStore.Lane::close).toList()).<Void>mapEmpty());
  }

  @Override
  public String toString() {
    return id;
  }
}
