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

  /** Why an object goes. */
  private enum Cause {
    OPERATOR("was deleted by an operator."),
    EXPIRY("has expired.");

    final String reason;

    Cause(String reason) {
      this.reason = reason;
    }
  }

  /** Whether there was something to delete. */
  Future<Boolean> delete(ObjectId id) {
    return delete(id, Cause.OPERATOR);
  }

  /** The same if it has expired; an instance of one whose life was prolonged goes on. */
  Future<Boolean> expire(ObjectId id) {
    return host.store()
        .isExpired(id)
        .compose(expired -> expired ? delete(id, Cause.EXPIRY) : Future.succeededFuture(false));
  }

  private Future<Boolean> delete(ObjectId id, Cause cause) {
    if (!host.close(id)) {
      return Future.failedFuture(ObjectErrors.moved(id, null));
    }
    return attempt(id, cause, 1).eventually(() -> Future.succeededFuture(host.reopen(id)));
  }

  private Future<Boolean> attempt(ObjectId id, Cause cause, int attempt) {
    Incarnation incarnation = host.incarnation();
    if (host.isDraining() || incarnation == null) {
      return Future.failedFuture(ObjectErrors.moved(id, null));
    }
    end(host.find(id), cause);
    return host.store()
        .claim(incarnation.id(), List.of(new Claim(id, false, Integer.MAX_VALUE)))
        .compose(results -> claimed(id, cause, attempt, incarnation.id(), results.getFirst()));
  }

  private Future<Boolean> claimed(
      ObjectId id, Cause cause, int attempt, String incarnation, ClaimResult result) {
    return switch (result) {
      case ClaimResult.Claimed claimed ->
          remove(id, cause, incarnation, claimed.epoch())
              .compose(deleted -> deleted ? deleted(id, cause) : left(id, cause, attempt));
      case ClaimResult.Absent _ -> Future.succeededFuture(false);
      case ClaimResult.Owned owned when owned.state() == OwnerState.EXPIRED ->
          host.store()
              .buryExpired(host.options().leaseTtl())
              .compose(_ -> again(id, cause, attempt, owned.nodeId()));
      case ClaimResult.Owned owned when owned.state() == OwnerState.LEAVES ->
          again(id, cause, attempt, owned.nodeId());
      case ClaimResult.Owned owned -> Future.failedFuture(ObjectErrors.moved(id, owned.nodeId()));
      case ClaimResult.TooNew _, ClaimResult.NodeDead _ ->
          Future.failedFuture(ObjectErrors.moved(id, null));
    };
  }

  private Future<Boolean> remove(ObjectId id, Cause cause, String incarnation, long epoch) {
    return cause == Cause.EXPIRY
        ? host.store().deleteExpired(id, incarnation, epoch)
        : host.store().delete(id, incarnation, epoch);
  }

  /** It was claimed again meanwhile, or its life was prolonged just before it was claimed. */
  private Future<Boolean> left(ObjectId id, Cause cause, int attempt) {
    if (cause == Cause.OPERATOR) {
      return again(id, cause, attempt, null);
    }
    return host.store()
        .isExpired(id)
        .compose(
            expired -> expired ? again(id, cause, attempt, null) : Future.succeededFuture(false));
  }

  private Future<Boolean> deleted(ObjectId id, Cause cause) {
    // One that was being made when this began may have claimed before, and would show what is gone.
    end(host.find(id), cause);
    return Future.succeededFuture(true);
  }

  private Future<Boolean> again(ObjectId id, Cause cause, int attempt, @Nullable String owner) {
    return attempt == TRIES
        ? Future.failedFuture(ObjectErrors.moved(id, owner))
        : host.surroundings()
            .vertx()
            .timer(PAUSE_MILLIS)
            .compose(_ -> attempt(id, cause, attempt + 1));
  }

  private static void end(@Nullable Activation activation, Cause cause) {
    if (activation != null) {
      Instances.reset(activation, cause.reason);
    }
  }
}
