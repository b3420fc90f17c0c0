package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.mesh.StreamHandler;
import dev.weft.mesh.UnaryHandler;

/** Hands calls to this node's own handlers. */
final class LocalRouter implements UnaryCall.Router, StreamCall.Router {
  private final MeshCore core;

  LocalRouter(MeshCore core) {
    this.core = core;
  }

  @Override
  public boolean route(UnaryCall<?, ?> call) {
    ServedEndpoint<?> served = core.registry().find(call.endpoint.name());
    if (served == null || call.node != null && !call.node.equals(core.nodeId())) {
      return false;
    }
    if (accepts(served, call)) {
      enter(served, call);
    }
    return true;
  }

  @Override
  public boolean route(StreamCall<?, ?> call) {
    ServedEndpoint<?> served = core.registry().find(call.endpoint.name());
    if (served == null || call.node != null && !call.node.equals(core.nodeId())) {
      return false;
    }
    if (accepts(served, call)) {
      enter(served, call);
    }
    return true;
  }

  private boolean accepts(ServedEndpoint<?> served, OutgoingCall call) {
    if (!served.endpoint().equals(call.endpoint)) {
      call.fail(
          WeftError.of(
                  "mesh:request",
                  Reason.INVALID,
                  call.endpoint.name()
                      + " is called with other types or rights than it is served: called as "
                      + rights(call.endpoint)
                      + ", served as "
                      + rights(served.endpoint())
                      + ". Declare it the same on both sides, asOpen or its scope included.")
              .exception());
      return false;
    }
    // What runs already may still make its calls.
    if (core.isDraining() && call.context.chain().isEmpty()) {
      call.fail(MeshErrors.draining());
      return false;
    }
    return true;
  }

  private static String rights(Endpoint<?, ?> endpoint) {
    Endpoint.Access access = endpoint.access();
    if (access.open()) {
      return "open";
    }
    return access.scope() == null ? "for any identity" : "for the scope " + access.scope();
  }

  @SuppressWarnings("unchecked") // an equal endpoint has a handler of the same types
  private <Q, R> void enter(ServedEndpoint<?> served, UnaryCall<Q, R> call) {
    var mine = new LocalUnary<>(core, (ServedEndpoint<UnaryHandler<Q, R>>) served, call);
    call.given(mine);
    mine.enter();
  }

  @SuppressWarnings("unchecked") // an equal endpoint has a handler of the same types
  private <Q, R> void enter(ServedEndpoint<?> served, StreamCall<Q, R> call) {
    var mine = new LocalStream<>(core, (ServedEndpoint<StreamHandler<Q, R>>) served, call);
    call.givenTo(mine);
    mine.enter();
  }
}
