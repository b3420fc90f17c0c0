package dev.weft.durable.internal.node;

import dev.weft.durable.internal.store.Claim;
import dev.weft.durable.internal.store.ClaimResult;
import dev.weft.durable.internal.store.ClaimResult.OwnerState;
import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Claims objects, many in one statement. */
public final class Claimer {
  private static final int MAX_BATCH = 128;
  private static final long LOOK_AGAIN_MILLIS = 15;

  private final Vertx vertx;
  private final ObjectStore store;
  private final String incarnation;
  private final Duration grace;
  private final Runnable onNodeDead;
  private final Batcher<Claimant> batcher = new Batcher<>(MAX_BATCH, this::fly);

  /** An instance that wants to own its object. Any thread. */
  public interface Claimant {
    Claim claim();

    /** Whether it still wants the object. */
    boolean isClaiming();

    /** What the database has said; never that the owner leaves, which is waited for. */
    void answered(ClaimResult result);

    /**
     * The database has not said anything.
     *
     * @param failure why
     */
    void unanswered(Throwable failure);

    /** Something of the runtime has failed for it. */
    void broke(Throwable fault);
  }

  /**
   * @param incarnation claims are made for it
   * @param grace so long after the end of its lease an owner is buried
   * @param onNodeDead called when the database says that the incarnation is buried
   */
  Claimer(Vertx vertx, ObjectStore store, String incarnation, Duration grace, Runnable onNodeDead) {
    this.vertx = vertx;
    this.store = store;
    this.incarnation = incarnation;
    this.grace = grace;
    this.onNodeDead = onNodeDead;
  }

  void add(Claimant claimant) {
    batcher.add(claimant);
  }

  private Future<?> fly(List<Claimant> batch) {
    return claim(batch)
        .compose(results -> buryAndTryAgain(batch, results))
        .onComplete(
            (results, failure) -> {
              for (int i = 0; i < batch.size(); i++) {
                Claimant claimant = batch.get(i);
                if (failure != null) {
                  claimant.unanswered(failure);
                } else {
                  settleAlone(claimant, results.get(i));
                }
              }
            });
  }

  private Future<List<ClaimResult>> claim(List<Claimant> batch) {
    try {
      return store.claim(incarnation, batch.stream().map(Claimant::claim).toList());
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** An owner whose lease has run out is buried, and its objects are claimed once more. */
  private Future<List<ClaimResult>> buryAndTryAgain(
      List<Claimant> batch, List<ClaimResult> results) {
    boolean expired =
        results.stream()
            .anyMatch(
                result ->
                    result instanceof ClaimResult.Owned owned
                        && owned.state() == OwnerState.EXPIRED);
    if (!expired) {
      return Future.succeededFuture(results);
    }
    return store
        .buryExpired(grace)
        .compose(
            buried -> buried.isEmpty() ? Future.succeededFuture(results) : again(batch, results));
  }

  private Future<List<ClaimResult>> again(List<Claimant> batch, List<ClaimResult> results) {
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof ClaimResult.Owned) {
        open.add(i);
      }
    }
    return claim(open.stream().map(batch::get).toList())
        .map(
            second -> {
              List<ClaimResult> all = new ArrayList<>(results);
              for (int i = 0; i < open.size(); i++) {
                all.set(open.get(i), second.get(i));
              }
              return all;
            });
  }

  /** What goes wrong with one object is kept from the others of its batch. */
  private void settleAlone(Claimant claimant, ClaimResult result) {
    try {
      settle(claimant, result);
    } catch (RuntimeException | Error e) {
      claimant.broke(e);
    }
  }

  private void settle(Claimant claimant, ClaimResult result) {
    if (result instanceof ClaimResult.Owned owned && owned.state() == OwnerState.LEAVES) {
      waitFor(claimant);
      return;
    }
    claimant.answered(result);
    if (result instanceof ClaimResult.NodeDead) {
      onNodeDead.run();
    }
  }

  /**
   * Its owner stops and will give it up in a moment: those who call it are better off waiting here
   * than being sent to and fro until then.
   */
  private void waitFor(Claimant claimant) {
    vertx.setTimer(
        LOOK_AGAIN_MILLIS,
        _ -> {
          if (claimant.isClaiming()) {
            add(claimant);
          }
        });
  }
}
