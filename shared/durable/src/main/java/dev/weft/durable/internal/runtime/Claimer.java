package dev.weft.durable.internal.runtime;

import dev.weft.contracts.Outcome;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.node.Batcher;
import dev.weft.durable.internal.store.Claim;
import dev.weft.durable.internal.store.ClaimResult;
import dev.weft.durable.internal.store.ClaimResult.OwnerState;
import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Claims objects, many in one statement. */
final class Claimer {
  private static final int MAX_BATCH = 128;
  private static final long LOOK_AGAIN_MILLIS = 15;

  private final ObjectStore store;
  private final Incarnation incarnation;
  private final Duration grace;
  private final Batcher<Activation> batcher = new Batcher<>(MAX_BATCH, this::fly);

  Claimer(ObjectStore store, Incarnation incarnation, Duration grace) {
    this.store = store;
    this.incarnation = incarnation;
    this.grace = grace;
  }

  void add(Activation activation) {
    batcher.add(activation);
  }

  private Future<?> fly(List<Activation> batch) {
    return claim(batch)
        .compose(results -> buryAndTryAgain(batch, results))
        .onComplete(
            (results, failure) -> {
              for (int i = 0; i < batch.size(); i++) {
                Activation activation = batch.get(i);
                if (failure != null) {
                  // Not an error of the storage: that would be one of a turn, which is not
                  // repeated.
                  activation.end(
                      ObjectErrors.reset(
                          activation.id(), "could not be claimed now.", Outcome.NOT_EXECUTED));
                } else {
                  settleAlone(activation, results.get(i));
                }
              }
            });
  }

  private Future<List<ClaimResult>> claim(List<Activation> batch) {
    List<Claim> claims = new ArrayList<>(batch.size());
    for (Activation activation : batch) {
      claims.add(
          new Claim(
              activation.id(),
              activation.opening().mayCreate(),
              activation.objectClass().version()));
    }
    try {
      return store.claim(incarnation.id(), claims);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** An owner whose lease has run out is buried, and its objects are claimed once more. */
  private Future<List<ClaimResult>> buryAndTryAgain(
      List<Activation> batch, List<ClaimResult> results) {
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

  private Future<List<ClaimResult>> again(List<Activation> batch, List<ClaimResult> results) {
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
  private void settleAlone(Activation activation, ClaimResult result) {
    try {
      settle(activation, result);
    } catch (RuntimeException | Error e) {
      activation.broke(e);
    }
  }

  private void settle(Activation activation, ClaimResult result) {
    switch (result) {
      case ClaimResult.Claimed claimed -> activation.host().deploy(activation, claimed);
      case ClaimResult.Owned owned when owned.state() == OwnerState.LEAVES -> waitFor(activation);
      case ClaimResult.Owned owned ->
          activation.end(ObjectErrors.moved(activation.id(), owned.nodeId()));
      case ClaimResult.Absent _ -> activation.opening().absent();
      case ClaimResult.TooNew tooNew ->
          activation.end(ObjectErrors.tooNew(activation.id(), tooNew.version()));
      case ClaimResult.NodeDead _ -> {
        activation.end(
            ObjectErrors.reset(
                activation.id(), "was not to be had by this node.", Outcome.NOT_EXECUTED));
        if (!activation.host().isDraining()) {
          incarnation.lose();
        }
      }
    }
  }

  /**
   * Its owner stops and will give it up in a moment: those who call it are better off waiting here
   * than being sent to and fro until then.
   */
  private void waitFor(Activation activation) {
    activation
        .host()
        .vertx()
        .setTimer(
            LOOK_AGAIN_MILLIS,
            _ -> {
              if (activation.state() == Activation.State.CLAIMING) {
                add(activation);
              }
            });
  }
}
