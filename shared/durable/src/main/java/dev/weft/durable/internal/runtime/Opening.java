package dev.weft.durable.internal.runtime;

import dev.weft.durable.ObjectClass;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.store.ClaimResult;
import io.vertx.core.Context;

/** How an instance begins: with what its claim brought, by migrations, then by its factory. */
final class Opening {
  private final Activation activation;

  /** Something waits that wants the object to be there, so the claim may make it. */
  private volatile boolean mayCreate;

  Opening(Activation activation) {
    this.activation = activation;
  }

  /** An event waits for it; any thread. */
  void awaitedBy(Event event) {
    if (!mayCreate && event.creates()) {
      mayCreate = true;
    }
  }

  boolean mayCreate() {
    return mayCreate;
  }

  /**
   * There is no such object. What came since the claim and makes one claims anew, with all behind.
   */
  void absent() {
    if (!activation.become(Activation.State.CLAIMING, Activation.State.OVER)) {
      return;
    }
    activation.host().remove(activation);
    boolean made = false;
    for (Event event : activation.queue().close()) {
      made |= event.creates();
      if (made) {
        activation.host().dispatch(activation.id(), event);
      } else {
        event.refuse(ObjectErrors.noObject(activation.id()));
      }
    }
  }

  /** The object is ours: runs on the verticle's context, once it is deployed. */
  void begin(Context deployed, ClaimResult.Claimed claimed) {
    activation.named(claimed.name());
    activation.memory().load(claimed);
    activation.commits().begin(claimed.epoch(), claimed.seq());
    activation.runsOn(deployed);
    if (!activation.become(Activation.State.CLAIMING, Activation.State.READY)) {
      activation.host().remove(activation);
      return;
    }
    activation.queue().beginFirst();
    activation.turns().runTurns(new ConstructEvent(claimed.version()));
  }

  /**
   * Makes the instance, within its first turn.
   *
   * @param storedVersion of the class, with the state; 0 when nothing was ever committed
   */
  void construct(int storedVersion) throws Exception {
    ActivationContext api = new ActivationContext(activation);
    ObjectClass<?> objectClass = activation.objectClass();
    int from = storedVersion == 0 ? objectClass.version() : storedVersion;
    for (int version = from; version < objectClass.version(); version++) {
      objectClass.migrations().get(version - 1).migrate(api.storage());
    }
    if (storedVersion != objectClass.version() && storedVersion != 0) {
      activation.memory().writes().version(objectClass.version());
    }
    activation.commits().firstVersion(storedVersion == 0 ? objectClass.version() : 0);
    activation.made(objectClass.factory().create(api));
    activation.queue().open();
  }
}
