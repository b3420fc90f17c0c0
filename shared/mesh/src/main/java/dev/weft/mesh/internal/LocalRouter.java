package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import java.time.Duration;

/** Hands calls to this node's own handlers. */
final class LocalRouter implements Call.Router {
  private final MeshCore core;

  LocalRouter(MeshCore core) {
    this.core = core;
  }

  @Override
  public boolean route(Call<?, ?> call) {
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
  public Duration patience(Endpoint<?, ?> endpoint) {
    return core.options().grace();
  }

  private boolean accepts(ServedEndpoint<?> served, Call<?, ?> call) {
    if (!served.endpoint().equals(call.endpoint)) {
      call.tryFail(
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
      call.tryFail(MeshErrors.draining());
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

  private <Q, R> void enter(ServedEndpoint<?> served, Call<Q, R> call) {
    var mine = ServedCall.of(core, served, call, call.context);
    call.given(mine);
    mine.enter();
  }
}
