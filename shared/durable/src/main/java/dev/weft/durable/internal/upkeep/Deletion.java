package dev.weft.durable.internal.upkeep;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.instance.Activation;
import dev.weft.durable.internal.node.Incarnation;
import dev.weft.durable.internal.store.Claim;
import dev.weft.durable.internal.store.ClaimResult;
import dev.weft.durable.internal.store.ClaimResult.OwnerState;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes objects. This node takes the object, which ends whatever an owner before could still
 * write, and deletes it under the epoch that it got; meanwhile no call of it begins here.
 */
final class Deletion {
  private static final int TRIES = 10;
  private static final long PAUSE_MILLIS = 50;

  private final Host host;

  Deletion(Host host) {
    this.host = host;
  }

  /** Whether there was something to delete. */
  Future<Boolean> delete(ObjectId id) {
    if (!host.close(id)) {
      return Future.failedFuture(ObjectErrors.moved(id, null));
    }
    return attempt(id, 1).eventually(() -> Future.succeededFuture(host.reopen(id)));
  }

  private Future<Boolean> attempt(ObjectId id, int attempt) {
    Incarnation incarnation = host.incarnation();
    if (host.isDraining() || incarnation == null) {
      return Future.failedFuture(ObjectErrors.moved(id, null));
    }
    end(host.find(id));
    return host.store()
        .claim(incarnation.id(), List.of(new Claim(id, false, Integer.MAX_VALUE)))
        .compose(results -> claimed(id, attempt, incarnation.id(), results.getFirst()));
  }

  private Future<Boolean> claimed(
      ObjectId id, int attempt, String incarnation, ClaimResult result) {
    return switch (result) {
      case ClaimResult.Claimed claimed ->
          host.store()
              .delete(id, incarnation, claimed.epoch())
              .compose(deleted -> deleted ? deleted(id) : again(id, attempt, null));
      case ClaimResult.Absent _ -> Future.succeededFuture(false);
      case ClaimResult.Owned owned when owned.state() == OwnerState.EXPIRED ->
          host.store()
              .buryExpired(host.options().leaseTtl())
              .compose(_ -> again(id, attempt, owned.nodeId()));
      case ClaimResult.Owned owned when owned.state() == OwnerState.LEAVES ->
          again(id, attempt, owned.nodeId());
      case ClaimResult.Owned owned -> Future.failedFuture(ObjectErrors.moved(id, owned.nodeId()));
      case ClaimResult.TooNew _, ClaimResult.NodeDead _ ->
          Future.failedFuture(ObjectErrors.moved(id, null));
    };
  }

  private Future<Boolean> deleted(ObjectId id) {
    // One that was being made when this began may have claimed before, and would show what is gone.
    end(host.find(id));
    return Future.succeededFuture(true);
  }

  private Future<Boolean> again(ObjectId id, int attempt, @Nullable String owner) {
    return attempt == TRIES
        ? Future.failedFuture(ObjectErrors.moved(id, owner))
        : host.surroundings().vertx().timer(PAUSE_MILLIS).compose(_ -> attempt(id, attempt + 1));
  }

  private static void end(@Nullable Activation activation) {
    if (activation != null) {
      Instances.reset(activation, "was deleted by an operator.");
    }
  }
}
