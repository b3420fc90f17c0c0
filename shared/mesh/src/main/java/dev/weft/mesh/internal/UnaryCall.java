package dev.weft.mesh.internal;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** A call with one reply, as its caller sees it. */
final class UnaryCall<Q, R> extends Call<Q, R> {
  private final Promise<R> promise;

  UnaryCall(
      MeshCore core,
      Router router,
      Context caller,
      UnaryEndpoint<Q, R> endpoint,
      Q request,
      CallContext context,
      @Nullable String node) {
    super(core, router, caller, endpoint, request, context, node);
    this.promise = Contexts.promise(caller);
  }

  Future<R> future() {
    return promise.future();
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
  boolean tryFail(WeftException failure) {
    boolean first = promise.tryFail(failure);
    if (first) {
      disarm();
    }
    return first;
  }

  @Override
  public void fail(WeftException failure) {
    tryFail(failure);
  }

  /** The answer; ignored when the call has ended already. */
  @Override
  public void reply(R reply) {
    if (promise.tryComplete(reply)) {
      disarm();
    }
  }

  @Override
  void item(R item, int bytes) {
    finish(null);
  }

  @Override
  void finish(@Nullable WeftException failure) {
    tryFail(failure == null ? answeredByAStream() : failure);
  }

  @Override
  public ServedWriter.Outlet<R> outlet(Context handler) {
    throw answeredByAStream();
  }

  private WeftException answeredByAStream() {
    return WeftError.of("mesh", Reason.INTERNAL, endpoint.name() + " was answered by a stream.")
        .withOutcome(Outcome.UNKNOWN)
        .exception();
  }
}
