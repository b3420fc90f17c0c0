package dev.weft.durable.internal.view;

import com.fasterxml.jackson.databind.JavaType;
import dev.weft.contracts.WeftException;
import dev.weft.durable.FeedItem;
import dev.weft.durable.Topic;
import dev.weft.durable.WatchOptions;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.StoredValues;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.event.Watchable;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.durable.internal.values.ValueCodec;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A topic of an active object. Watchers come and go through the gate, like items. */
final class ActiveTopic<T> implements Topic<T>, Watchable {
  /** By bytes, not items: one turn may publish many at once, before anybody could read one. */
  private static final long MAX_BEHIND_BYTES = 4 << 20;

  private static final int BYTES_BESIDE = 128;

  /** Sequences of one instance begin where those of all before it have ended. */
  private static final int EPOCH_SHIFT = 28;

  private final Tenure tenure;
  private final JavaType itemType;
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private volatile long sequence;
  private volatile long left;
  private volatile boolean ended;
  private volatile @Nullable WeftException lost;

  ActiveTopic(Tenure tenure, Class<T> itemType) {
    this.tenure = tenure;
    this.itemType = ValueCodec.mapper().constructType(itemType);
    this.sequence = tenure.epoch() << EPOCH_SHIFT;
    this.left = sequence;
    tenure.onEnd(this::lost);
  }

  @Override
  public void publish(T item) {
    Turn turn = tenure.turns().current();
    Fragment json = new Fragment(StoredValues.encode("item", item, itemType));
    turn.goesOutside();
    long number = sequence + 1;
    sequence = number;
    ObjectReply reply = new ObjectReply(json, number);
    int bytes = BYTES_BESIDE + json.json().length;
    pass(
        () -> {
          left = number;
          watchers.forEach(watcher -> watcher.give(reply, bytes));
        });
  }

  @Override
  public void end() {
    tenure.turns().current();
    pass(
        () -> {
          ended = true;
          watchers.forEach(Watcher::end);
        });
  }

  private void pass(Runnable action) {
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
    return watchers.size();
  }

  @Override
  public long sequence() {
    return sequence;
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
    ObjectReply opened = ObjectReply.opened(left);
    context.runOnContext(_ -> out.write(opened));
    watchers.add(watcher);
    tenure.watchers(1);
    onCancel.accept(watcher::leave);
    WeftException over = lost;
    if (over != null) {
      watcher.fail(over);
    } else if (ended) {
      watcher.end();
    }
  }

  /** The instance is over. */
  private void lost(WeftException why) {
    lost = why;
    watchers.forEach(watcher -> watcher.fail(why));
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
