package dev.weft.mesh.internal;

import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.UnaryHandler;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** A unary call being answered. */
final class ServedUnary<Q, R> extends ServedCall<Q, R, UnaryHandler<Q, R>>
    implements Completable<R> {

  ServedUnary(
      MeshCore core,
      ServedEndpoint<UnaryHandler<Q, R>> served,
      Origin<Q, R> origin,
      CallContext incoming) {
    super(core, served, origin, incoming);
  }

  @Override
  void run(UnaryHandler<Q, R> handler, CallContext context, Context where) {
    Future<R> handled;
    try {
      handled = handler.handle(origin.request(), context);
    } catch (Throwable e) { // whatever a handler throws is its answer, also an Error
      complete(null, e);
      return;
    }
    handled.onComplete(this);
  }

  /** The handler's future has ended. */
  @Override
  public void complete(@Nullable R reply, @Nullable Throwable failure) {
    if (failure != null) {
      answerWith(failure);
    } else if (reply == null) {
      answerWith(new IllegalStateException(endpoint().name() + " replied null"));
    } else {
      ended(null);
      origin.reply(reply);
    }
  }

  private void answerWith(Throwable failure) {
    WeftException answer = MeshErrors.answer(endpoint(), context(), failure);
    ended(answer);
    origin.fail(answer);
  }

  @Override
  public void credit(int cost) {
    // A reply takes no credit.
  }
}
