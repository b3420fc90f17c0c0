package dev.weft.durable.internal.view;

import com.fasterxml.jackson.databind.JavaType;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.durable.FeedItem;
import dev.weft.durable.Retention;
import dev.weft.durable.Topic;
import dev.weft.durable.WatchOptions;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.StoredValues;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.durable.internal.call.WatchEndpoints.Item;
import dev.weft.durable.internal.event.Watchable;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.instance.Writes;
import dev.weft.durable.internal.store.TopicRows.TopicWrite;
import dev.weft.durable.internal.topic.Outlets;
import dev.weft.durable.internal.topic.TopicState;
import dev.weft.durable.internal.topic.TopicState.Numbers;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.durable.internal.values.ValueCodec;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A topic of an active object. Watchers come and go through the gate, like items. */
final class ActiveTopic<T> implements Topic<T>, Watchable {
  /** By bytes, not items: one turn may publish many at once, before anybody could read one. */
  private static final long MAX_BEHIND_BYTES = 4 << 20;

  private static final int BYTES_BESIDE = 128;

  private final Tenure tenure;
  private final TopicState state;
  private final Outlets outlets;
  private final Class<T> itemClass;
  private final JavaType itemType;
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private volatile @Nullable WeftException lost;

  ActiveTopic(Tenure tenure, TopicState state, Outlets outlets, Class<T> itemType) {
    this.tenure = tenure;
    this.state = state;
    this.outlets = outlets;
    this.itemClass = itemType;
    this.itemType = ValueCodec.mapper().constructType(itemType);
    tenure.onEnd(this::lost);
  }

  /** The same topic as it is asked for once more. */
  @SuppressWarnings("unchecked") // the type is compared
  <U> Topic<U> as(Class<U> wanted, @Nullable Retention retention) {
    if (wanted != (Class<?>) itemClass || !Objects.equals(retention, state.retention())) {
      throw ObjectErrors.badTopic(
          "A topic has one type of items and one retention, which may not change from one use to"
              + " the next.");
    }
    return (Topic<U>) this;
  }

  @Override
  public void publish(T item) {
    Turn turn = tenure.turns().current();
    Fragment json = new Fragment(StoredValues.encode("item", item, itemType));
    turn.goesOutside();
    if (state.ended()) {
      return;
    }
    Writes writes = tenure.memory().writes();
    if (state.keeps()) {
      writes.checkRoom(json.json().length);
    }
    Numbers numbers = state.next();
    TopicWrite kept = state.keep(numbers, json.json());
    if (kept != null) {
      writes.topic(kept);
    }
    List<Item> news = List.of(new Item(numbers.sequence(), numbers.previous(), json));
    pass(
        () -> {
          state.leaves(numbers.sequence(), false);
          if (!watchers.isEmpty()) {
            ObjectReply reply = new ObjectReply(json, numbers.sequence());
            int bytes = BYTES_BESIDE + json.json().length;
            watchers.forEach(watcher -> watcher.give(reply, bytes));
          }
          outlets.send(tenure.id(), state, news, false, false);
        });
  }

  @Override
  public void end() {
    tenure.turns().current();
    if (state.ended()) {
      return;
    }
    TopicWrite end = state.end();
    if (state.lasting()) {
      tenure.memory().writes().topic(end);
    }
    pass(
        () -> {
          state.leaves(state.left(), true);
          watchers.forEach(Watcher::end);
          outlets.send(tenure.id(), state, List.of(), true, false);
          state.forgetWatchers();
        });
  }

  private void pass(Runnable action) {
    tenure.memory().topics().emit(() -> leave(action));
  }

  private void leave(Runnable action) {
    tenure.pass(
        new OutputGate.Exit() {
          @Override
          public void leave(boolean waited) {
            if (waited || tenure.holdsLease()) {
              action.run();
            }
          }

          @Override
          public void lost(Loss loss) {
            // The watchers are told that the instance is over.
          }
        });
  }

  @Override
  public int watchers() {
    return watchers.size() + state.watching().size();
  }

  @Override
  public long sequence() {
    return state.sequence();
  }

  @Override
  public MeshStream<T> open() {
    throw opened();
  }

  @Override
  public MeshStream<FeedItem<T>> open(WatchOptions options) {
    throw opened();
  }

  private static UnsupportedOperationException opened() {
    return new UnsupportedOperationException("A topic is watched through a stub of its object.");
  }

  @Override
  public void attach(StreamWriter<ObjectReply> out, Context context, Consumer<Runnable> onCancel) {
    Watcher watcher = new Watcher(out, context);
    ObjectReply opened = ObjectReply.opened(state.left());
    context.runOnContext(_ -> out.write(opened));
    watchers.add(watcher);
    tenure.watchers(1);
    onCancel.accept(watcher::leave);
    WeftException over = lost;
    if (over != null) {
      watcher.fail(over);
    } else if (state.endLeft()) {
      watcher.end();
    }
  }

  @Override
  public Future<Following> follow(String node, long stamp) {
    Following following =
        new Following(
            state.name(),
            outlets.tickets().followed(tenure.id(), state.name(), node).ticket(),
            state.left(),
            state.keeps(),
            state.endLeft(),
            outlets.nodeId());
    if (state.endLeft()) {
      return Future.succeededFuture(following);
    }
    boolean known = state.watching().containsKey(node);
    if (!state.watch(node, stamp)) {
      return Future.failedFuture(
          ObjectErrors.tooManyWatchers(
              "nodes watch this topic of " + tenure.id(), TopicState.MAX_NODES));
    }
    WeftException over = lost;
    if (over != null) {
      return Future.failedFuture(over);
    }
    if (known || !state.lasting()) {
      return Future.succeededFuture(following);
    }
    return tenure
        .store()
        .watch(tenure.id(), tenure.incarnation(), tenure.epoch(), state.name(), node, stamp)
        .transform(
            (owned, failure) -> {
              WeftException since = lost;
              if (failure == null && owned && since == null) {
                return Future.succeededFuture(following);
              }
              state.unwatch(node, stamp);
              if (since != null) {
                // The next instance may have read the rows before this one was there.
                return Future.failedFuture(since);
              }
              return Future.failedFuture(
                  failure == null
                      ? ObjectErrors.reset(
                          tenure.id(), "has lost the object to another node.", Outcome.NOT_EXECUTED)
                      : ObjectErrors.storageUnavailable(tenure.id(), failure));
            });
  }

  /** The instance is over. */
  private void lost(WeftException why) {
    lost = why;
    watchers.forEach(watcher -> watcher.fail(why));
    boolean nothingLost = state.lasting() && (state.keeps() || tenure.wasGivenUp());
    if (!nothingLost) {
      outlets.send(tenure.id(), state, List.of(), false, true);
    }
  }

  private final class Watcher {
    private final StreamWriter<ObjectReply> out;
    private final Context context;
    private final AtomicLong behind = new AtomicLong();

    Watcher(StreamWriter<ObjectReply> out, Context context) {
      this.out = out;
      this.context = context;
    }

    void give(ObjectReply item, int bytes) {
      if (behind.addAndGet(bytes) > MAX_BEHIND_BYTES) {
        fail(ObjectErrors.watcherOverloaded(tenure.id()));
        return;
      }
      context.runOnContext(_ -> out.write(item).onComplete(_ -> behind.addAndGet(-bytes)));
    }

    void end() {
      if (leave()) {
        context.runOnContext(_ -> out.end());
      }
    }

    void fail(WeftException why) {
      if (leave()) {
        context.runOnContext(_ -> out.fail(why));
      }
    }

    boolean leave() {
      boolean mine = watchers.remove(this);
      if (mine) {
        tenure.watchers(-1);
      }
      return mine;
    }
  }
}
