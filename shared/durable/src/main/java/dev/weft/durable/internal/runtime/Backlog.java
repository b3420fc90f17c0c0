package dev.weft.durable.internal.runtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * How much all objects of a node have written and not committed. Beyond a bound turns wait, or a
 * database that is slow would fill the memory. Thread-safe.
 */
final class Backlog {
  private final long maxBytes;
  private long bytes;
  private Promise<Void> room = Promise.promise();

  Backlog(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** An eighth of the heap: it lies there three times over while it is being sent. */
  static Backlog ofHeap() {
    return new Backlog(Runtime.getRuntime().maxMemory() / 8);
  }

  void change(long more) {
    if (more == 0) {
      return;
    }
    Promise<Void> awaited = null;
    synchronized (this) {
      boolean was = bytes > maxBytes;
      bytes += more;
      if (was && bytes <= maxBytes) {
        awaited = room;
        room = Promise.promise();
      }
    }
    if (awaited != null) {
      awaited.complete();
    }
  }

  /** Completes when there is room. */
  synchronized Future<Void> room() {
    return bytes > maxBytes ? room.future() : Future.succeededFuture();
  }
}
