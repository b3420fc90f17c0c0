package dev.weft.durable.internal.runtime;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectReset;
import dev.weft.durable.Section;
import dev.weft.durable.Storage;
import dev.weft.durable.Topic;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.function.Supplier;

/** What an active object is given. */
final class ActivationContext implements ObjectContext {
  private final Activation activation;
  private final Storage storage;
  private final Mesh mesh;

  ActivationContext(Activation activation) {
    this.activation = activation;
    this.storage = new StorageView(activation);
    this.mesh = new GatedMesh(activation);
  }

  @Override
  public ObjectId id() {
    return activation.id();
  }

  @Override
  public Storage storage() {
    return storage;
  }

  @Override
  public Instant now() {
    return Instant.ofEpochMilli(activation.clock().millis());
  }

  @Override
  public CallContext call() {
    return activation.turns().turn().call;
  }

  @Override
  public DurableObjects objects() {
    return activation.host().objects();
  }

  @Override
  public Mesh mesh() {
    return mesh;
  }

  @Override
  public <T> T outside(Supplier<Future<T>> operation) {
    return activation.turns().outside(operation);
  }

  @Override
  public <T> T await(Future<T> future) {
    activation.turns().current().wentOutside = true;
    return activation.turns().await(future);
  }

  @Override
  public <T> T blockConcurrencyWhile(Section<T, ?> body) {
    Turn turn = activation.turns().current();
    if (!activation.turns().enterCritical(turn, StorageView.MAX_DEPTH)) {
      throw StorageView.nestedTooDeeply(activation);
    }
    try {
      return body.run();
    } catch (ObjectReset reset) {
      throw reset;
    } catch (Throwable e) {
      end(
          e instanceof WeftException own
              ? own
              : ObjectErrors.threw(activation.id(), "a critical section", e));
      throw new ObjectReset("a critical section failed");
    } finally {
      activation.turns().leaveCritical();
    }
  }

  private void end(WeftException why) {
    activation.endAsSent(why);
  }

  @Override
  public void waitUntil(Runnable task) {
    activation.offerOwn(
        new TaskEvent(task, activation.turns().current().call.withTimeout(OwnEvent.LIMIT)));
  }

  @Override
  public ObjectReset abort(String reason) {
    activation.turns().current();
    activation.abort(reason);
    throw new ObjectReset(reason);
  }

  @Override
  public <T> Topic<T> topic(Class<T> itemType) {
    activation.turns().current();
    return new ActiveTopic<>(activation, itemType);
  }
}
