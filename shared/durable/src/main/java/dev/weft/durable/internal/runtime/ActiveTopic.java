package dev.weft.durable.internal.runtime;

import com.fasterxml.jackson.databind.ObjectWriter;
import dev.weft.contracts.WeftException;
import dev.weft.durable.Topic;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.Values;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.turn.OutputGate;
import dev.weft.durable.internal.turn.OutputGate.Loss;
import dev.weft.json.Json;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A topic of an active object. Watchers come and go through the gate, like items. */
final class ActiveTopic<T> implements Topic<T> {
  /** By bytes, not items: one turn may publish many at once, before anybody could read one. */
  private static final long MAX_BEHIND_BYTES = 4 << 20;

  private static final int BYTES_BESIDE = 128;

  private final Activation activation;
  private final ObjectWriter writer;
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private volatile boolean ended;
  private volatile @Nullable WeftException lost;

  ActiveTopic(Activation activation, Class<T> itemType) {
    this.activation = activation;
    this.writer = Json.mapper().writerFor(itemType);
    activation.topics().add(this);
  }

  @Override
  public void publish(T item) {
    Turn turn = activation.turns().current();
    Fragment json = new Fragment(Values.encode("item", item, writer));
    turn.wentOutside = true;
    ObjectReply reply = new ObjectReply(json);
    int bytes = BYTES_BESIDE + json.json().length;
    pass(() -> watchers.forEach(watcher -> watcher.give(reply, bytes)));
  }

  @Override
  public void end() {
    activation.turns().current();
    pass(
        () -> {
          ended = true;
          watchers.forEach(Watcher::end);
        });
  }

  private void pass(Runnable action) {
    activation
        .gate()
        .pass(
            activation.turns().versionAhead(),
            new OutputGate.Exit() {
              @Override
              public void leave(boolean waited) {
                if (waited || activation.incarnation().holds()) {
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
  public MeshStream<T> open() {
    throw new UnsupportedOperationException("A topic is watched through a stub of its object.");
  }

  /** Adds a watcher that is called back on the context; on any thread. */
  void attach(StreamWriter<ObjectReply> out, Context context, Consumer<Runnable> onCancel) {
    Watcher watcher = new Watcher(out, context);
    watchers.add(watcher);
    activation.watch(1);
    onCancel.accept(watcher::leave);
    WeftException over = lost;
    if (over != null) {
      watcher.fail(over);
    } else if (ended) {
      watcher.end();
    }
  }

  /** The instance is over. */
  void lost(WeftException why) {
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
        fail(ObjectErrors.watcherOverloaded(activation.id()));
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
        activation.watch(-1);
      }
      return mine;
    }
  }
}
