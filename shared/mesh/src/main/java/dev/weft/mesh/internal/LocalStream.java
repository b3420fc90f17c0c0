package dev.weft.mesh.internal;

import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.StreamHandler;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A stream from this node to itself. On one event loop an item goes from producer to reader in one
 * call; between two threads, items of one burst are handed over together.
 */
final class LocalStream<Q, R> extends StreamInvocation<Q, R>
    implements StreamSender.Outlet<R>, StreamCall.Producer {
  /** What an item of unknown size counts for in the bound of the queue. */
  private static final int ASSUMED_ITEM_BYTES = 256;

  private final StreamCall<Q, R> call;
  private final ArrayDeque<Object> handedOver = new ArrayDeque<>(0);
  private boolean direct;
  private boolean scheduled;

  LocalStream(MeshCore core, ServedEndpoint<StreamHandler<Q, R>> served, StreamCall<Q, R> call) {
    super(core, call.caller, served, call.context);
    this.call = call;
  }

  private record Last(@Nullable WeftException failure) {}

  @Override
  Q request() {
    return call.request();
  }

  @Override
  boolean mayRunInline() {
    return true;
  }

  @Override
  void refuse(WeftException failure) {
    call.finish(failure);
  }

  @Override
  StreamSender.Outlet<R> outlet(ContextInternal where) {
    direct =
        where.isEventLoopContext()
            && origin.isEventLoopContext()
            && where.nettyEventLoop() == origin.nettyEventLoop();
    return this;
  }

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
    origin.runOnContext(_ -> take());
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
