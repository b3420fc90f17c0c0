package dev.weft.durable.internal.call;

import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.FeedItem;
import dev.weft.durable.WatchOptions;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.turn.RunningTurn;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream of an object as its watcher sees it. Until the first item it is opened again where the
 * object is found to be. Handlers run on the context that opened it.
 *
 * @param <T> the items
 */
final class FeedStream<T> implements MeshStream<T> {
  private final Router router;
  private final ObjectId id;
  private final UnaryEndpoint<?, ?> served;
  private final StreamEndpoint<ObjectRequest, ObjectReply> endpoint;
  private final ObjectRequest request;
  private final Duration limit;
  private final MethodTable.Entry method;
  private final Function<FeedItem<Object>, T> shown;
  private final WatchOptions options;
  private final Context context;
  private @Nullable MeshStream<ObjectReply> source;
  private @Nullable String node;
  private @Nullable WeftException last;
  private volatile @Nullable Handler<T> items;
  private @Nullable Handler<Throwable> failures;
  private @Nullable Handler<Void> ends;
  private @Nullable Throwable failure;
  private boolean ended;
  private CallContext call;

  /** Items that may be handed over; the largest number for any. */
  private long demand = Long.MAX_VALUE;

  private boolean opened;
  private boolean begun;
  private boolean cancelled;
  private int attempts;

  FeedStream(
      Router router,
      ObjectId id,
      Namespace<?> namespace,
      ObjectRequest request,
      CallContext call,
      MethodTable.Entry method,
      WatchOptions options,
      Function<FeedItem<Object>, T> shown) {
    this.router = router;
    this.id = id;
    this.served = ObjectEndpoints.call(namespace);
    this.endpoint = ObjectEndpoints.watch(namespace);
    this.request = request;
    this.call = call;
    this.limit = call.remaining();
    this.method = method;
    this.options = options;
    this.shown = shown;
    this.context = router.vertx().getOrCreateContext();
  }

  /**
   * Opens it; within a turn once all that the object wrote before is durable.
   *
   * @param turn that of the current thread; null for none
   */
  FeedStream<T> open(@Nullable RunningTurn turn) {
    if (turn == null) {
      try {
        context.runOnContext(_ -> openSource());
      } catch (RejectedExecutionException e) {
        // Vert.x is closed.
        throw ObjectErrors.stopped();
      }
    } else {
      turn.afterWrites(Future::succeededFuture)
          .onSuccess(_ -> context.runOnContext(_ -> openSource()))
          .onFailure(lost -> context.runOnContext(_ -> fail(lost)));
    }
    return this;
  }

  private void openSource() {
    if (cancelled) {
      return;
    }
    attempts++;
    node = router.choose(id, served);
    MeshStream<ObjectReply> stream = router.open(node, endpoint, request, call);
    source = stream;
    if (demand != Long.MAX_VALUE) {
      stream.pause().fetch(demand);
    }
    stream.handler(this::item).exceptionHandler(this::failed).endHandler(_ -> end());
  }

  private void item(ObjectReply reply) {
    if (reply.opens()) {
      opened = true;
      Long after = options.after();
      if (!begun && after != null && !after.equals(reply.sequence())) {
        cancelSource();
        fail(ObjectErrors.itemsGone(id, after, reply.sequence()));
        return;
      }
      grant(1);
      return;
    }
    begun = true;
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    Handler<T> handler = items;
    if (handler == null) {
      return;
    }
    Object value;
    try {
      value = Objects.requireNonNull(method.result(reply.result()), "items are not null");
    } catch (RuntimeException e) {
      cancelSource();
      fail(WeftException.from("object", e));
      return;
    }
    Long sequence = reply.sequence();
    handler.handle(shown.apply(new FeedItem<>(sequence == null ? 0 : sequence, value)));
  }

  private void failed(Throwable cause) {
    WeftException error = Retries.explained(id, cause, node, last);
    if (opened) {
      // The limit is for the opening, and it is to be opened again.
      opened = false;
      call = call.withTimeout(limit);
    }
    if (!begun && !call.expired() && Retries.mayRepeat(error.error(), true)) {
      last = error;
      Retries.learn(router, id, error.error());
      long pause = Retries.pauseMillis(attempts, error.error());
      if (pause == 0) {
        openSource();
      } else {
        router.afterPause(pause, () -> context.runOnContext(_ -> openSource()));
      }
    } else {
      fail(error);
    }
  }

  private void fail(Throwable error) {
    Handler<Throwable> handler;
    synchronized (this) {
      failure = error;
      handler = failures;
    }
    if (handler != null && !cancelled) {
      handler.handle(error);
    }
  }

  private void end() {
    Handler<Void> handler;
    synchronized (this) {
      ended = true;
      handler = ends;
    }
    if (handler != null) {
      handler.handle(null);
    }
  }

  @Override
  public MeshStream<T> handler(@Nullable Handler<T> handler) {
    items = handler;
    return this;
  }

  @Override
  public MeshStream<T> exceptionHandler(@Nullable Handler<Throwable> handler) {
    Throwable before;
    synchronized (this) {
      failures = handler;
      before = failure;
    }
    // One that opens it on a thread of its own may come too late to be told by fail().
    if (handler != null && before != null) {
      context.runOnContext(_ -> handler.handle(before));
    }
    return this;
  }

  @Override
  public MeshStream<T> endHandler(@Nullable Handler<Void> handler) {
    boolean before;
    synchronized (this) {
      ends = handler;
      before = ended;
    }
    if (handler != null && before) {
      context.runOnContext(handler);
    }
    return this;
  }

  @Override
  public MeshStream<T> pause() {
    demand = 0;
    MeshStream<ObjectReply> open = source;
    if (open != null) {
      open.pause();
    }
    return this;
  }

  @Override
  public MeshStream<T> resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public MeshStream<T> fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("amount must not be negative: " + amount);
    }
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    grant(amount);
    return this;
  }

  private void grant(long amount) {
    MeshStream<ObjectReply> open = source;
    if (open != null) {
      open.fetch(amount);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    cancelSource();
  }

  private void cancelSource() {
    MeshStream<ObjectReply> open = source;
    if (open != null) {
      open.cancel();
    }
  }
}
