package dev.weft.durable.internal.node;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much all objects of a node have written and not committed. Beyond a bound turns wait, or a
 * database that is slow would fill the memory. Thread-safe; asked in every turn, so it has a lock
 * only for those who wait.
 */
public final class Backlog {
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();
  private Promise<Void> room = Promise.promise();

  public Backlog(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** An eighth of the heap: it lies there three times over while it is being sent. */
  public static Backlog ofHeap() {
    return new Backlog(Runtime.getRuntime().maxMemory() / 8);
  }

  public void change(long more) {
    long now = bytes.addAndGet(more);
    if (now <= maxBytes && now - more > maxBytes) {
      Promise<Void> awaited;
      synchronized (this) {
        awaited = room;
        room = Promise.promise();
      }
      awaited.complete();
    }
  }

  /** Completes when there is room. */
  public Future<Void> room() {
    if (bytes.get() <= maxBytes) {
      return Future.succeededFuture();
    }
    synchronized (this) {
      // Whoever makes room after this look takes the lock to say so.
      return bytes.get() <= maxBytes ? Future.succeededFuture() : room.future();
    }
  }
}
