package dev.weft.mesh.internal;

import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.UnaryHandler;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/** A unary request being handled. */
abstract class UnaryInvocation<Q, R> extends Invocation<Q, UnaryHandler<Q, R>>
    implements Completable<R> {

  UnaryInvocation(
      MeshCore core,
      ContextInternal origin,
      ServedEndpoint<UnaryHandler<Q, R>> served,
      CallContext incoming) {
    super(core, origin, served, incoming);
  }

  /** The answer; exactly one of the two is not null. Called once, on any context. */
  abstract void answer(@Nullable R reply, @Nullable WeftException failure);

  @Override
  final void refuse(WeftException failure) {
    answer(null, failure);
  }

  @Override
  final void run(UnaryHandler<Q, R> handler, CallContext context, ContextInternal where) {
    Future<R> handled;
    try {
      handled = handler.handle(request(), context);
    } catch (Throwable e) { // whatever a handler throws is its answer, also an Error
      complete(null, e);
      return;
    }
    handled.onComplete(this);
  }

  /** The handler's future has ended. */
  @Override
  public final void complete(@Nullable R reply, @Nullable Throwable failure) {
    leave();
    if (failure != null) {
      answer(null, MeshErrors.answer(endpoint(), context(), failure));
    } else if (reply == null) {
      Throwable fault = new IllegalStateException(endpoint().name() + " replied null");
      answer(null, MeshErrors.answer(endpoint(), context(), fault));
    } else {
      answer(reply, null);
    }
  }
}
