package dev.weft.mesh.internal;

import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The way of a stream's items to a reader on this node. On one event loop an item goes from writer
 * to reader in one call; between two threads, items of one burst are handed over together.
 */
final class LocalOutlet<R> implements ServedWriter.Outlet<R> {
  /** What an item of unknown size counts for in the bound of the queue. */
  private static final int ASSUMED_ITEM_BYTES = 256;

  private final StreamCall<?, R> call;
  private final boolean direct;
  private final ArrayDeque<Object> handedOver = new ArrayDeque<>(0);
  private boolean scheduled;

  /**
   * @param handler the context that items are written on
   */
  LocalOutlet(StreamCall<?, R> call, Context handler) {
    this.call = call;
    this.direct = Contexts.shareEventLoop(handler, call.caller);
  }

  private record Last(@Nullable WeftException failure) {}

  @Override
  public Object pack(R item) {
    return item;
  }

  @Override
  public int weigh(Object packed) {
    return packed instanceof Raw raw ? raw.length() : ASSUMED_ITEM_BYTES;
  }

  @Override
  public void item(Object packed) {
    if (direct) {
      accept(packed);
    } else {
      handOver(packed);
    }
  }

  @Override
  public void finish(@Nullable WeftException failure) {
    item(new Last(failure));
  }

  @SuppressWarnings("unchecked") // only items of the stream and its last word are sent here
  private void accept(Object event) {
    if (event instanceof Last last) {
      call.finish(last.failure);
    } else {
      call.item((R) event, weigh(event));
    }
  }

  private void handOver(Object event) {
    synchronized (handedOver) {
      handedOver.add(event);
      if (scheduled) {
        return;
      }
      scheduled = true;
    }
    call.caller.runOnContext(_ -> take());
  }

  private void take() {
    while (true) {
      Object next;
      synchronized (handedOver) {
        next = handedOver.poll();
        if (next == null) {
          scheduled = false;
          return;
        }
      }
      accept(next);
    }
  }
}
