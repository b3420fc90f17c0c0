package dev.weft.mesh.internal;

import dev.weft.contracts.WeftException;
import dev.weft.mesh.UnaryHandler;
import org.jspecify.annotations.Nullable;

/** A unary call from this node to itself. */
final class LocalUnary<Q, R> extends UnaryInvocation<Q, R> {
  private final UnaryCall<Q, R> call;

  LocalUnary(MeshCore core, ServedEndpoint<UnaryHandler<Q, R>> served, UnaryCall<Q, R> call) {
    super(core, call.caller, served, call.context);
    this.call = call;
  }

  @Override
  Q request() {
    return call.request();
  }

  @Override
  boolean mayRunInline() {
    return true;
  }

  @Override
  void answer(@Nullable R reply, @Nullable WeftException failure) {
    call.answer(reply, failure);
  }
}
