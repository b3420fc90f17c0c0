package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.mesh.ByteBudget;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.ServeOptions;
import dev.weft.mesh.StreamHandler;
import dev.weft.mesh.UnaryHandler;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** What a node's mesh does in the same way whether it is alone or in a cluster. */
abstract class NodeMesh implements Mesh {
  final MeshCore core;
  private @Nullable Future<Void> closed;

  NodeMesh(MeshCore core) {
    this.core = core;
  }

  abstract Call.Router router();

  /** An endpoint is served from now on; completes when others can call it. */
  abstract Future<Void> served();

  /** Whether other nodes believe that this one serves the endpoint. */
  abstract boolean maySpeakFor(Endpoint<?, ?> endpoint);

  /** Lets running calls end, then leaves. Called once. */
  abstract Future<Void> drainAndLeave();

  @Override
  public final String nodeId() {
    return core.nodeId();
  }

  @Override
  public final ByteBudget budget() {
    return core.options().budget();
  }

  @Override
  public final <Q, R> Future<Void> serve(
      UnaryEndpoint<Q, R> endpoint, ServeOptions options, UnaryHandler<Q, R> handler) {
    return serve((Endpoint<Q, R>) endpoint, options, handler);
  }

  @Override
  public final <Q, R> Future<Void> serve(
      StreamEndpoint<Q, R> endpoint, ServeOptions options, StreamHandler<Q, R> handler) {
    return serve((Endpoint<Q, R>) endpoint, options, handler);
  }

  private Future<Void> serve(Endpoint<?, ?> endpoint, ServeOptions options, Object handler) {
    if (!maySpeakFor(endpoint)) {
      return Future.failedFuture(MeshErrors.notCertified(endpoint));
    }
    core.serve(endpoint, options, handler);
    return served();
  }

  @Override
  public final <Q, R> Future<R> call(UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return unary(null, endpoint, request, context);
  }

  @Override
  public final <Q, R> Future<R> callNode(
      String node, UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return unary(node, endpoint, request, context);
  }

  private <Q, R> Future<R> unary(
      @Nullable String node, UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    var caller = core.vertx().getOrCreateContext();
    var call = new UnaryCall<>(core, router(), caller, endpoint, request, context, node);
    call.start();
    return call.future();
  }

  @Override
  public final <Q, R> MeshStream<R> call(
      StreamEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return stream(null, endpoint, request, context);
  }

  @Override
  public final <Q, R> MeshStream<R> callNode(
      String node, StreamEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return stream(node, endpoint, request, context);
  }

  private <Q, R> MeshStream<R> stream(
      @Nullable String node, StreamEndpoint<Q, R> endpoint, Q request, CallContext context) {
    var caller = core.vertx().getOrCreateContext();
    return new StreamCall<>(core, router(), caller, endpoint, request, context, node).open();
  }

  @Override
  public final synchronized Future<Void> close() {
    if (closed == null) {
      Promise<Void> done = Contexts.promise(core.vertx().getOrCreateContext());
      closed = done.future();
      drainAndLeave().onComplete(done);
    }
    return closed;
  }
}
