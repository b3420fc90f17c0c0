package dev.weft.durable.internal.call;

import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.FeedItem;
import dev.weft.durable.WatchOptions;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.WatchEndpoints.Follow;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.durable.internal.call.WatchEndpoints.Item;
import dev.weft.durable.internal.call.WatchEndpoints.Kept;
import dev.weft.durable.internal.turn.RunningTurn;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.MeshStream;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream of an object as its watcher sees it: a place in the {@link Subscription} of this node,
 * from which it reads as fast as it likes; what it does not find there it reads from storage. It is
 * opened where the object is found to be, and again as long as it has had no item. Handlers run on
 * the context that opened it.
 *
 * @param <T> what the watcher is given
 */
final class FeedStream<T> implements MeshStream<T>, Cursor {
  private static final int IN_A_ROW = 256;
  private static final int MOST_FAILURES = 10;
  private static final long PAUSE_MILLIS = 250;

  private final Router router;
  private final Watches watches;
  private final ObjectId id;
  private final FeedSource feed;
  private final ObjectRequest request;
  private final Duration limit;
  private final Function<FeedItem<Object>, T> shown;
  private final WatchOptions options;
  private final Context context;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Promise<Long> opening = Promise.promise();
  private final Deque<Item> page = new ArrayDeque<>(0);
  private volatile long position;
  private @Nullable Subscription subscription;

  /** The stream of an owner that knows no subscriptions yet. */
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

  /** Whether it is to begin with whatever storage has first. */
  private boolean fromOldest;

  private boolean opened;
  private boolean begun;
  private boolean fetching;
  private volatile boolean cancelled;
  private int attempts;
  private int failedFetches;

  FeedStream(
      Router router,
      ObjectId id,
      FeedSource feed,
      ObjectRequest request,
      CallContext call,
      WatchOptions options,
      Function<FeedItem<Object>, T> shown) {
    this.router = router;
    this.watches = router.watches();
    this.id = id;
    this.feed = feed;
    this.request = request;
    this.call = call;
    this.limit = call.remaining();
    this.options = options;
    this.shown = shown;
    this.context = router.vertx().getOrCreateContext();
  }

  // ---- opening

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

  /**
   * Completes when it is open, with the sequence that its items come after (-1 for all that are
   * kept), or fails as the stream then does.
   */
  Future<Long> opened() {
    return opening.future();
  }

  private void openSource() {
    if (cancelled) {
      return;
    }
    attempts++;
    node = router.choose(id, feed.served());
    StreamEndpoint<ObjectRequest, ObjectReply> before = feed.stream();
    if (before != null
        && router.serves(node, feed.served())
        && !router.serves(node, feed.follow())) {
      openStream(before);
      return;
    }
    try {
      watches.opens(id);
    } catch (WeftException e) {
      fail(e);
      return;
    }
    String asked = node;
    watches
        .start()
        .compose(
            _ ->
                router.call(
                    asked,
                    feed.follow(),
                    new Follow(request, watches.nodeId(), watches.stamp()),
                    call))
        .onComplete(
            (following, failed) -> {
              if (failed == null) {
                context.runOnContext(_ -> follows(following));
              } else {
                watches.opensNot(id);
                context.runOnContext(_ -> failed(failed));
              }
            });
  }

  private void follows(Following following) {
    Long after = options.after();
    position = after == null ? following.sequence() : after;
    fromOldest = options.fromOldest() && following.keeps();
    if (fromOldest) {
      position = -1;
    }
    Subscription joined = watches.join(id, following, this);
    subscription = joined;
    opened = true;
    if (cancelled) {
      leave();
    } else if (position > following.sequence()) {
      leave();
      fail(ObjectErrors.itemsGone(id, position, following.sequence()));
    } else {
      opening.tryComplete(position);
      read();
    }
  }

  private void failed(Throwable cause) {
    WeftException error = Retries.explained(id, cause, node, last);
    if (opened) {
      // The limit is for the opening, and it is to be opened again.
      opened = false;
      call = call.withTimeout(limit);
    }
    boolean nowhere = node == null && !feed.waits();
    if (!begun && !nowhere && !call.expired() && Retries.mayRepeat(error.error(), true)) {
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

  // ---- reading

  @Override
  public long position() {
    return position;
  }

  @Override
  public void wake() {
    if (!cancelled && scheduled.compareAndSet(false, true)) {
      try {
        context.runOnContext(
            _ -> {
              scheduled.set(false);
              read();
            });
      } catch (RejectedExecutionException e) {
        // Vert.x is closed, and with it this stream.
        scheduled.set(false);
      }
    }
  }

  /** Hands over what there is, and what is asked for; runs on the context. */
  private void read() {
    Subscription open = subscription;
    for (int count = 0; open != null && open == subscription && mayHandOver(); count++) {
      if (count == IN_A_ROW) {
        wake();
        return;
      }
      Item next = page.poll();
      if (next != null) {
        handOver(next.sequence(), next.value());
      } else if (!fetching && !readFrom(open)) {
        return;
      } else if (fetching) {
        return;
      }
    }
  }

  private boolean mayHandOver() {
    return !cancelled && demand > 0 && items != null;
  }

  /** Whether there may be more. */
  private boolean readFrom(Subscription open) {
    switch (open.next(position, (int) Math.min(demand, IN_A_ROW))) {
      case Subscription.Some(var some) -> {
        for (Map.Entry<Long, Fragment> each : some) {
          if (!mayHandOver() || open != subscription) {
            return false;
          }
          handOver(each.getKey(), each.getValue());
        }
        return true;
      }
      case Subscription.Nothing _ -> {
        return false;
      }
      case Subscription.Stored _ -> {
        fetch(open);
        return false;
      }
      case Subscription.End _ -> {
        leave();
        end();
        return false;
      }
      case Subscription.Broken(WeftException why) -> {
        leave();
        failed(why);
        return false;
      }
    }
  }

  private void handOver(long sequence, Fragment json) {
    Handler<T> handler = items;
    if (handler == null) {
      return;
    }
    T value;
    try {
      Object item = Objects.requireNonNull(feed.reader().apply(json), "items are not null");
      value = shown.apply(new FeedItem<>(sequence, item));
    } catch (RuntimeException e) {
      begun = true;
      leave();
      cancelSource();
      fail(WeftException.from("object", e));
      return;
    }
    begun = true;
    position = sequence;
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    handler.handle(value);
  }

  private void fetch(Subscription open) {
    fetching = true;
    watches
        .kept(open, position)
        .onComplete(
            (kept, failed) ->
                context.runOnContext(
                    _ -> {
                      fetching = false;
                      if (cancelled || open != subscription) {
                        return;
                      }
                      if (failed == null) {
                        fetched(open, kept);
                      } else {
                        notFetched(failed);
                      }
                    }));
  }

  private void fetched(Subscription open, Kept kept) {
    failedFetches = 0;
    Item first = kept.items().isEmpty() ? null : kept.items().getFirst();
    if (fromOldest && first == null) {
      fromOldest = false;
      position = open.base();
    } else if (first == null || !fromOldest && first.previous() > position) {
      long resume = first == null ? Math.max(kept.sequence(), open.base()) : first.previous();
      leave();
      fail(ObjectErrors.itemsGone(id, position, resume));
      return;
    } else {
      fromOldest = false;
      page.addAll(kept.items());
    }
    read();
  }

  private void notFetched(Throwable failed) {
    failedFetches++;
    if (failedFetches == MOST_FAILURES) {
      leave();
      begun = true;
      fail(WeftException.from("object", failed));
    } else {
      router.afterPause(failedFetches * PAUSE_MILLIS, this::wake);
    }
  }

  private void leave() {
    Subscription left = subscription;
    if (left != null) {
      subscription = null;
      page.clear();
      watches.leave(left, this);
    }
  }

  // ---- the stream of an owner of the version before

  private void openStream(StreamEndpoint<ObjectRequest, ObjectReply> endpoint) {
    MeshStream<ObjectReply> stream = router.open(node, endpoint, request, call);
    source = stream;
    if (demand != Long.MAX_VALUE) {
      stream.pause().fetch(demand);
    }
    stream
        .handler(this::replied)
        .exceptionHandler(
            cause -> {
              source = null;
              failed(cause);
            })
        .endHandler(_ -> end());
  }

  private void replied(ObjectReply reply) {
    Long sequence = reply.sequence();
    if (!reply.opens()) {
      handOver(sequence == null ? 0 : sequence, reply.result());
      return;
    }
    opened = true;
    Long after = options.after();
    if (!begun && after != null && !after.equals(sequence)) {
      cancelSource();
      fail(ObjectErrors.itemsGone(id, after, sequence));
      return;
    }
    opening.tryComplete(position);
    grant(1);
  }

  private void grant(long amount) {
    MeshStream<ObjectReply> open = source;
    if (open != null) {
      open.fetch(amount);
    }
  }

  private void cancelSource() {
    MeshStream<ObjectReply> open = source;
    if (open != null) {
      source = null;
      open.cancel();
    }
  }

  // ---- the end

  private void fail(Throwable error) {
    Handler<Throwable> handler;
    synchronized (this) {
      failure = error;
      handler = failures;
    }
    opening.tryFail(error);
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
    if (handler != null && !cancelled) {
      handler.handle(null);
    }
  }

  // ---- the watcher's side

  @Override
  public MeshStream<T> handler(@Nullable Handler<T> handler) {
    items = handler;
    wake();
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
    wake();
    return this;
  }

  @Override
  public void cancel() {
    cancelled = true;
    opening.tryFail(ObjectErrors.watcherLeft());
    cancelSource();
    if (subscription != null) {
      context.runOnContext(_ -> leave());
    }
  }
}
