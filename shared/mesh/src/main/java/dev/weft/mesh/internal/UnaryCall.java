package dev.weft.mesh.internal;

import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import org.jspecify.annotations.Nullable;

/** A call with one reply, as its caller sees it. */
final class UnaryCall<Q, R> extends OutgoingCall {
  private final Router router;
  private final UnaryEndpoint<Q, R> unary;
  private final Q request;
  private final PromiseInternal<R> promise;

  UnaryCall(
      MeshCore core,
      Router router,
      ContextInternal caller,
      UnaryEndpoint<Q, R> unary,
      Q request,
      CallContext context,
      @Nullable String node) {
    super(core, caller, unary, context, node);
    this.router = router;
    this.unary = unary;
    this.request = request;
    this.promise = caller.promise();
  }

  /** Finds who answers. */
  @FunctionalInterface
  interface Router {
    /** Hands the call on; false when nobody serves its endpoint now. */
    boolean route(UnaryCall<?, ?> call);
  }

  Q request() {
    return request;
  }

  UnaryEndpoint<Q, R> unary() {
    return unary;
  }

  Future<R> future() {
    return promise.future();
  }

  @Override
  boolean route() {
    return router.route(this);
  }

  @Override
  boolean isOver() {
    return promise.future().isComplete();
  }

  @Override
  boolean awaitsAnswer() {
    return true;
  }

  @Override
  boolean fail(WeftException failure) {
    boolean first = promise.tryFail(failure);
    if (first) {
      disarm();
    }
    return first;
  }

  /** The answer; ignored when the call has ended already. */
  void answer(@Nullable R reply, @Nullable WeftException failure) {
    if (failure != null) {
      fail(failure);
    } else if (promise.tryComplete(reply)) {
      disarm();
    }
  }
}
