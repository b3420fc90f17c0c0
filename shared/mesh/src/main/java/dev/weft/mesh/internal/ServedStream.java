package dev.weft.mesh.internal;

import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.StreamHandler;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/** A call being answered by a stream. */
final class ServedStream<Q, R> extends ServedCall<Q, R, StreamHandler<Q, R>>
    implements MeshCore.Running {
  private volatile @Nullable ServedWriter<R> writer;

  ServedStream(
      MeshCore core,
      ServedEndpoint<StreamHandler<Q, R>> served,
      Origin<Q, R> origin,
      CallContext incoming) {
    super(core, served, origin, incoming);
  }

  @Override
  void run(StreamHandler<Q, R> handler, CallContext context, Context where) {
    ServedWriter<R> mine = new ServedWriter<>(where, endpoint(), origin.outlet(where), this::over);
    writer = mine;
    core.opened(this);
    if (cancellation().isCancelled()) {
      mine.abandoned(MeshErrors.cancelled(endpoint(), false));
      return;
    }
    try {
      handler.handle(origin.request(), context, mine);
    } catch (Throwable e) { // whatever a handler throws is its answer, also an Error
      mine.fail(MeshErrors.answer(endpoint(), context, e));
    }
  }

  private void over(boolean finished, @Nullable WeftException failure) {
    core.closed(this);
    ended(failure);
    if (!finished) {
      cancellation().cancel();
    }
  }

  @Override
  public boolean isWatch() {
    return served.options().watch();
  }

  @Override
  public void credit(int cost) {
    ServedWriter<R> mine = writer;
    if (mine != null) {
      Contexts.execute(mine.context(), () -> mine.credit(cost));
    }
  }

  @Override
  public void abandon() {
    super.abandon();
    WeftException why = MeshErrors.cancelled(endpoint(), true);
    ServedWriter<R> mine = writer;
    if (mine != null) {
      Contexts.execute(mine.context(), () -> mine.abandoned(why));
    }
  }

  @Override
  public void stop() {
    WeftException why = MeshErrors.nodeUnavailable(core.nodeId(), true);
    ServedWriter<R> mine = writer;
    if (mine != null) {
      Contexts.execute(mine.context(), () -> mine.stop(why));
    }
  }
}
