package dev.weft.durable.internal.topic;

import dev.weft.contracts.WeftException;
import dev.weft.durable.internal.call.WatchEndpoints;
import dev.weft.durable.internal.call.WatchEndpoints.Item;
import dev.weft.durable.internal.call.WatchEndpoints.News;
import dev.weft.durable.internal.call.WatchEndpoints.Push;
import dev.weft.durable.internal.call.WatchEndpoints.Pushed;
import dev.weft.durable.internal.node.HostMetrics;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * News on their way to one node: one message at a time, so that they keep their order; what comes
 * meanwhile goes together with the next. What cannot be delivered is dropped after a while, which
 * the node finds out by the numbers. Thread-safe.
 */
final class Outlet {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final long PATIENCE_NANOS = Duration.ofSeconds(15).toNanos();
  private static final long PAUSE_MILLIS = 50;
  private static final int MAX_BATCH_ITEMS = 512;
  private static final long MAX_BATCH_BYTES = 1 << 20;

  /** Beyond it what comes is dropped. */
  private static final long MAX_BYTES = 16 << 20;

  private static final int BYTES_BESIDE = 160;

  private final Vertx vertx;
  private final Mesh mesh;
  private final String node;
  private final HostMetrics metrics;
  private final LongSupplier nanoClock;
  private final Runnable gone;
  private final Deque<Sent> queue = new ArrayDeque<>();
  private long bytes;
  private boolean sending;

  /**
   * @param nanoClock monotonic: how long the node is not reached
   * @param gone run when the node was not reached for long
   */
  Outlet(
      Vertx vertx,
      Mesh mesh,
      String node,
      HostMetrics metrics,
      LongSupplier nanoClock,
      Runnable gone) {
    this.nanoClock = nanoClock;
    this.vertx = vertx;
    this.mesh = mesh;
    this.node = node;
    this.metrics = metrics;
    this.gone = gone;
  }

  /**
   * News, and what is to be run when nobody watches for them there.
   *
   * @param nobody must not block
   */
  record Sent(News news, Runnable nobody) {
    long bytes() {
      long sum = BYTES_BESIDE;
      for (Item item : news.items()) {
        sum += item.value().json().length;
      }
      return sum;
    }
  }

  void offer(Sent sent) {
    long size = sent.bytes();
    synchronized (this) {
      if (bytes + size > MAX_BYTES && !queue.isEmpty()) {
        return;
      }
      bytes += size;
      queue.add(sent);
      if (sending) {
        return;
      }
      sending = true;
    }
    sendNext();
  }

  synchronized boolean isEmpty() {
    return !sending;
  }

  private void sendNext() {
    List<Sent> batch;
    synchronized (this) {
      batch = take();
      if (batch.isEmpty()) {
        sending = false;
        return;
      }
    }
    send(batch, nanoClock.getAsLong());
  }

  /** What goes together, that of one topic in one piece. */
  private List<Sent> take() {
    List<Sent> batch = new ArrayList<>();
    int items = 0;
    long size = 0;
    while (!queue.isEmpty() && items < MAX_BATCH_ITEMS && size < MAX_BATCH_BYTES) {
      Sent next = queue.remove();
      bytes -= next.bytes();
      size += next.bytes();
      items += Math.max(1, next.news().items().size());
      Sent joined = batch.isEmpty() ? null : joined(batch.getLast(), next);
      if (joined == null) {
        batch.add(next);
      } else {
        batch.set(batch.size() - 1, joined);
      }
    }
    return batch;
  }

  /** Both in one; null when they are of different topics. */
  private static @Nullable Sent joined(Sent first, Sent second) {
    News a = first.news();
    News b = second.news();
    if (!a.namespace().equals(b.namespace())
        || !a.topic().equals(b.topic())
        || a.ended() != null
        || a.lost() != null) {
      return null;
    }
    List<Item> items = new ArrayList<>(a.items());
    items.addAll(b.items());
    return new Sent(
        new News(a.namespace(), a.topic(), items, b.sequence(), b.ended(), b.lost(), b.owner()),
        second.nobody());
  }

  private void send(List<Sent> batch, long sinceNanos) {
    Push push = new Push(batch.stream().map(Sent::news).toList());
    metrics.pushed(batch.stream().mapToInt(sent -> sent.news().items().size()).sum());
    try {
      mesh.callNode(node, WatchEndpoints.PUSH, push, CallContext.background(ANSWER_LIMIT))
          .onComplete(
              (pushed, failure) -> {
                if (failure == null) {
                  delivered(batch, pushed);
                } else {
                  failed(batch, sinceNanos, failure);
                }
              });
    } catch (RejectedExecutionException e) {
      // Vert.x is closed.
      drop();
    }
  }

  private void delivered(List<Sent> batch, Pushed pushed) {
    for (int place : pushed.unknown()) {
      if (place >= 0 && place < batch.size()) {
        batch.get(place).nobody().run();
      }
    }
    sendNext();
  }

  private void failed(List<Sent> batch, long sinceNanos, Throwable failure) {
    boolean away =
        mesh.directory().nodes().stream().noneMatch(each -> each.id().equals(node))
            && WeftException.from("object", failure).error().code().endsWith("unavailable");
    long nanos = nanoClock.getAsLong() - sinceNanos;
    if (nanos > (away ? PATIENCE_NANOS / 5 : PATIENCE_NANOS)) {
      drop();
    } else {
      vertx.setTimer(PAUSE_MILLIS, _ -> send(batch, sinceNanos));
    }
  }

  private void drop() {
    synchronized (this) {
      queue.clear();
      bytes = 0;
      sending = false;
    }
    gone.run();
  }
}
