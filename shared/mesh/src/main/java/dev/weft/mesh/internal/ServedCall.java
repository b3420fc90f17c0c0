package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.Identity;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.WeftException;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Cancellation;
import dev.weft.mesh.StreamHandler;
import dev.weft.mesh.UnaryHandler;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call as the node that answers it sees it. On its way through the gate into a handler it gets a
 * place among the running ones, a verified identity, the scope, and then the handler on the context
 * it belongs to. The other side is a {@link Call}, on this node or on another.
 *
 * @param <Q> the request
 * @param <R> the reply, or an item of the stream
 * @param <H> the handler's type
 */
abstract sealed class ServedCall<Q, R, H> implements Callee permits ServedUnary, ServedStream {
  final MeshCore core;
  final ServedEndpoint<H> served;
  final Origin<Q, R> origin;
  private final CallContext incoming;
  private final long sinceNanos = System.nanoTime();
  private final Cancellation cancellation = new Cancellation();
  private @Nullable CallContext context;
  private ServedEndpoint.@Nullable Instance<H> instance;

  /**
   * @param incoming the caller's context; its identity is not believed
   */
  ServedCall(MeshCore core, ServedEndpoint<H> served, Origin<Q, R> origin, CallContext incoming) {
    this.core = core;
    this.served = served;
    this.origin = origin;
    this.incoming = incoming;
  }

  /**
   * A call of the endpoint; {@link #enter} begins it.
   *
   * @param served has the request, reply and kind of the origin's endpoint
   */
  @SuppressWarnings("unchecked") // an equal endpoint has a handler of the same types
  static <Q, R> ServedCall<Q, R, ?> of(
      MeshCore core, ServedEndpoint<?> served, Origin<Q, R> origin, CallContext incoming) {
    return served.endpoint() instanceof StreamEndpoint
        ? new ServedStream<>(core, (ServedEndpoint<StreamHandler<Q, R>>) served, origin, incoming)
        : new ServedUnary<>(core, (ServedEndpoint<UnaryHandler<Q, R>>) served, origin, incoming);
  }

  /** Handles the request, on the context. Calls {@link #ended} once when all is done. */
  abstract void run(H handler, CallContext callContext, Context where);

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
            Contexts.execute(
                origin.where(),
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

  private void refuse(WeftException failure) {
    served.meter().refused(failure.error().reason());
    origin.fail(failure);
  }

  private void admit(@Nullable Identity identity) {
    Context from = origin.where();
    ServedEndpoint.Instance<H> chosen = served.pick(origin.isLocal() ? from : null);
    if (chosen == null) {
      reject(MeshErrors.unavailable(endpoint(), false));
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
    if (chosen.inline()
        && origin.isLocal()
        && from.isEventLoopContext()
        && Contexts.inThread(from)) {
      Context where = Contexts.duplicate(from);
      Contexts.dispatch(where, where, this::run);
    } else {
      Context where = Contexts.duplicate(chosen.context());
      where.runOnContext(_ -> run(where));
    }
  }

  private void run(Context where) {
    CallContext callContext = context();
    Contexts.attach(where, callContext);
    run(Objects.requireNonNull(instance).handler(), callContext, where);
  }

  private void leave() {
    served.leave();
  }

  /**
   * The handler is done: its place is free.
   *
   * @param failure what it failed with; null when it did not
   */
  final void ended(@Nullable WeftException failure) {
    leave();
    served
        .meter()
        .ended(failure == null ? null : failure.error().reason(), System.nanoTime() - sinceNanos);
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
