package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Identity;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Cancellation;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the gate into a handler: a place among the running ones, a
 * verified identity, the scope, then the handler on the context it belongs to.
 *
 * @param <Q> the request
 * @param <H> the handler's type
 */
abstract class Invocation<Q, H> implements OutgoingCall.Callee {
  final MeshCore core;
  final ContextInternal origin;
  final ServedEndpoint<H> served;
  private final CallContext incoming;
  private final Cancellation cancellation = new Cancellation();
  private @Nullable CallContext context;
  private ServedEndpoint.@Nullable Instance<H> instance;

  /**
   * @param origin where the request came in: the caller's context, or the inbox's
   * @param incoming the caller's context; its identity is not believed
   */
  Invocation(
      MeshCore core, ContextInternal origin, ServedEndpoint<H> served, CallContext incoming) {
    this.core = core;
    this.origin = origin;
    this.served = served;
    this.incoming = incoming;
  }

  /** The request; may fail when it has to be decoded first. */
  abstract Q request();

  /** Whether the event loop the request came in on may run the handler at once. */
  abstract boolean mayRunInline();

  /** The request is not going to be handled. */
  abstract void refuse(WeftException failure);

  /** Handles the request, on the context. Calls {@link #leave} once when all is done. */
  abstract void run(H handler, CallContext callContext, ContextInternal where);

  /** Passes the gate; on the thread of the origin. */
  final void enter() {
    if (!served.enter()) {
      refuse(MeshErrors.overloaded(endpoint().name() + " has too many requests running."));
      return;
    }
    Endpoint.Access access = endpoint().access();
    String token = incoming.identityToken();
    if (access.open()) {
      admit(null);
    } else if (token == null) {
      reject(MeshErrors.unauthenticated(endpoint()));
    } else {
      Identity known = core.verifier().remembered(token);
      if (known != null) {
        check(known, access);
      } else {
        verify(token, access);
      }
    }
  }

  private void verify(String token, Endpoint.Access access) {
    Future<Identity> verified;
    try {
      verified = core.verifier().verify(token);
    } catch (RuntimeException e) {
      verified = Future.failedFuture(e);
    }
    verified.onComplete(
        (identity, failure) ->
            origin.execute(
                () -> {
                  if (failure != null) {
                    reject(MeshErrors.answer(endpoint(), incoming, failure));
                  } else {
                    check(identity, access);
                  }
                }));
  }

  private void check(Identity identity, Endpoint.Access access) {
    String scope = access.scope();
    if (scope != null && !identity.holds(scope)) {
      reject(MeshErrors.scopeDenied(endpoint(), scope));
    } else {
      admit(identity);
    }
  }

  private void reject(WeftException failure) {
    leave();
    refuse(failure);
  }

  private void admit(@Nullable Identity identity) {
    ServedEndpoint.Instance<H> chosen = served.pick(mayRunInline() ? origin : null);
    if (chosen == null) {
      reject(MeshErrors.unavailable(endpoint()));
      return;
    }
    if (cancellation.isCancelled()) {
      reject(MeshErrors.cancelled(endpoint(), false));
      return;
    }
    instance = chosen;
    context =
        new CallContext(
            incoming.requestId(),
            incoming.traceparent(),
            incoming.deadlineNanos(),
            incoming.identityToken(),
            identity,
            chain(incoming.chain(), endpoint().name()),
            cancellation);
    if (chosen.inline() && mayRunInline() && origin.isEventLoopContext() && origin.inThread()) {
      ContextInternal where = origin.duplicate();
      ContextInternal previous = where.beginDispatch();
      try {
        run(where);
      } finally {
        where.endDispatch(previous);
      }
    } else {
      ContextInternal where = chosen.context().duplicate();
      where.runOnContext(_ -> run(where));
    }
  }

  private void run(ContextInternal where) {
    CallContext callContext = context();
    Contexts.attach(where, callContext);
    run(Objects.requireNonNull(instance).handler(), callContext, where);
  }

  /** Gives the place back. */
  final void leave() {
    served.leave();
  }

  final Endpoint<?, ?> endpoint() {
    return served.endpoint();
  }

  /** What the handler was called with. */
  final CallContext context() {
    return context == null ? incoming : context;
  }

  final Cancellation cancellation() {
    return cancellation;
  }

  @Override
  public void abandon() {
    cancellation.cancel();
  }

  private static List<String> chain(List<String> before, String name) {
    if (before.isEmpty()) {
      return List.of(name);
    }
    List<String> longer = new ArrayList<>(before.size() + 1);
    longer.addAll(before);
    longer.add(name);
    return longer;
  }
}
