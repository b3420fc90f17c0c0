package dev.weft.mesh.internal;

import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamHandler;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/** A stream request being handled: the producer's side of a stream. */
abstract class StreamInvocation<Q, R> extends Invocation<Q, StreamHandler<Q, R>> {
  private volatile @Nullable StreamSender<R> sender;

  StreamInvocation(
      MeshCore core,
      ContextInternal origin,
      ServedEndpoint<StreamHandler<Q, R>> served,
      CallContext incoming) {
    super(core, origin, served, incoming);
  }

  /** The way to the reader for a producer on the context. */
  abstract StreamSender.Outlet<R> outlet(ContextInternal where);

  @Override
  final void run(StreamHandler<Q, R> handler, CallContext context, ContextInternal where) {
    StreamSender<R> mine = new StreamSender<>(where, endpoint(), outlet(where), this::over);
    sender = mine;
    core.opened(this);
    if (cancellation().isCancelled()) {
      mine.abandoned(MeshErrors.cancelled(endpoint(), false));
      return;
    }
    try {
      handler.handle(request(), context, mine);
    } catch (Throwable e) { // whatever a handler throws is its answer, also an Error
      mine.fail(MeshErrors.answer(endpoint(), context, e));
    }
  }

  private void over(boolean finished) {
    core.closed(this);
    leave();
    if (!finished) {
      cancellation().cancel();
    }
  }

  final boolean isWatch() {
    return served.options().watch();
  }

  /** The reader wants that much more. Any thread. */
  public final void credit(int cost) {
    StreamSender<R> mine = sender;
    if (mine != null) {
      mine.context().execute(() -> mine.credit(cost));
    }
  }

  /** The reader has gone. Any thread. */
  @Override
  public final void abandon() {
    abandon(MeshErrors.cancelled(endpoint(), true));
  }

  final void abandon(WeftException why) {
    super.abandon();
    StreamSender<R> mine = sender;
    if (mine != null) {
      mine.context().execute(() -> mine.abandoned(why));
    }
  }

  /** This node stops: ends the stream from this side. Any thread. */
  final void stop() {
    WeftException why = MeshErrors.nodeUnavailable(core.nodeId(), true);
    StreamSender<R> mine = sender;
    if (mine != null) {
      mine.context().execute(() -> mine.stop(why));
    }
  }
}
