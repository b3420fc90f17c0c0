package dev.weft.durable.internal.view;

import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectReset;
import dev.weft.durable.Outbox;
import dev.weft.durable.Projection;
import dev.weft.durable.Retention;
import dev.weft.durable.Section;
import dev.weft.durable.Storage;
import dev.weft.durable.Topic;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.event.TaskEvent;
import dev.weft.durable.internal.instance.OwnEvent;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** What an active object is given. */
public final class ActivationContext implements ObjectContext {
  private final Tenure tenure;
  private final Storage storage;
  private final DurableObjects objects;
  private final Mesh mesh;

  /**
   * @param objects of the node
   * @param mesh of the node; the object sees it through its gate
   */
  public ActivationContext(Tenure tenure, DurableObjects objects, Mesh mesh) {
    this.tenure = tenure;
    this.storage = new StorageView(tenure);
    this.objects = objects;
    this.mesh = new GatedMesh(tenure, mesh);
  }

  @Override
  public ObjectId id() {
    return tenure.id();
  }

  @Override
  public Storage storage() {
    return storage;
  }

  @Override
  public Instant now() {
    return Instant.ofEpochMilli(tenure.nowMillis());
  }

  @Override
  public CallContext call() {
    return tenure.turns().turn().call();
  }

  @Override
  public DurableObjects objects() {
    return objects;
  }

  @Override
  public Mesh mesh() {
    return mesh;
  }

  @Override
  public <T> T outside(Supplier<Future<T>> operation) {
    return tenure.turns().outside(operation);
  }

  @Override
  public <T> T await(Future<T> future) {
    tenure.turns().current().goesOutside();
    return tenure.turns().await(future);
  }

  @Override
  public <T> T blockConcurrencyWhile(Section<T, ?> body) {
    Turn turn = tenure.turns().current();
    if (!tenure.turns().enterCritical(turn, StorageView.MAX_DEPTH)) {
      throw StorageView.nestedTooDeeply(tenure);
    }
    try {
      return body.run();
    } catch (ObjectReset reset) {
      throw reset;
    } catch (Throwable e) {
      end(
          e instanceof WeftException own
              ? own
              : ObjectErrors.threw(tenure.id(), "a critical section", e));
      throw new ObjectReset("a critical section failed");
    } finally {
      tenure.turns().leaveCritical();
    }
  }

  private void end(WeftException why) {
    tenure.endAsSent(why);
  }

  @Override
  public void waitUntil(Runnable task) {
    tenure.offerOwn(
        new TaskEvent(task, tenure.turns().current().call().withTimeout(OwnEvent.LIMIT)));
  }

  @Override
  public ObjectReset abort(String reason) {
    tenure.turns().current();
    tenure.abort(reason);
    throw new ObjectReset(reason);
  }

  @Override
  public <R> Outbox<R> outbox(Projection<R> projection) {
    tenure.turns().current();
    return new OutboxView<>(tenure, projection);
  }

  @Override
  public void expireAfter(Duration timeToLive) {
    tenure.turns().current();
    tenure.memory().writes().expires(Expiries.after(tenure.nowMillis(), timeToLive));
  }

  @Override
  public void expireAt(Instant when) {
    tenure.turns().current();
    tenure.memory().writes().expires(Expiries.at(when));
  }

  @Override
  public void expireNever() {
    tenure.turns().current();
    tenure.memory().writes().expires(0);
  }

  @Override
  public <T> Topic<T> topic(Class<T> itemType) {
    tenure.turns().current();
    return new ActiveTopic<>(tenure, itemType);
  }

  @Override
  public <T> Topic<T> topic(String name, Class<T> itemType) {
    return topic(itemType);
  }

  @Override
  public <T> Topic<T> topic(String name, Class<T> itemType, Retention retention) {
    return topic(itemType);
  }
}
