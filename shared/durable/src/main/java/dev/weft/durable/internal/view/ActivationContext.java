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
import dev.weft.durable.internal.ObjectNames;
import dev.weft.durable.internal.event.TaskEvent;
import dev.weft.durable.internal.instance.OwnEvent;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.topic.Outlets;
import dev.weft.durable.internal.topic.TopicState;
import dev.weft.durable.internal.topic.Topics;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an active object is given. */
public final class ActivationContext implements ObjectContext {
  private static final int MAX_TOPIC_NAME = 128;

  private final Tenure tenure;
  private final Storage storage;
  private final DurableObjects objects;
  private final Mesh mesh;
  private final Outlets outlets;
  private final Map<String, ActiveTopic<?>> topics = new HashMap<>(2);

  /**
   * @param objects of the node
   * @param mesh of the node; the object sees it through its gate
   * @param outlets of the node; items of topics leave by them
   */
  public ActivationContext(Tenure tenure, DurableObjects objects, Mesh mesh, Outlets outlets) {
    this.tenure = tenure;
    this.storage = new StorageView(tenure);
    this.objects = objects;
    this.mesh = new GatedMesh(tenure, mesh);
    this.outlets = outlets;
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
    boolean lasting = tenure.isOpening();
    return topic(tenure.memory().topics().nameless(itemType, lasting), itemType, null, lasting);
  }

  @Override
  public <T> Topic<T> topic(String name, Class<T> itemType) {
    return named(name, itemType, null);
  }

  @Override
  public <T> Topic<T> topic(String name, Class<T> itemType, Retention retention) {
    return named(name, itemType, Objects.requireNonNull(retention, "retention"));
  }

  private <T> Topic<T> named(String name, Class<T> itemType, @Nullable Retention retention) {
    tenure.turns().current();
    ObjectNames.check("A topic's name", name, MAX_TOPIC_NAME, ObjectErrors::badTopic);
    return topic("." + name, itemType, retention, true);
  }

  private <T> Topic<T> topic(
      String name, Class<T> itemType, @Nullable Retention retention, boolean lasting) {
    TopicState state = tenure.memory().topics().open(name, retention, lasting);
    if (state == null) {
      throw ObjectErrors.badTopic(
          "An object has at most " + Topics.MAX_TOPICS + " topics: make no new one for each use.");
    }
    ActiveTopic<?> made = topics.get(name);
    if (made == null) {
      ActiveTopic<T> topic = new ActiveTopic<>(tenure, state, outlets, itemType);
      topics.put(name, topic);
      return topic;
    }
    return made.as(itemType, retention);
  }
}
