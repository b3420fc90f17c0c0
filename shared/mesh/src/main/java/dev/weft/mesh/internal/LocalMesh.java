package dev.weft.mesh.internal;

import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Directory;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.Meshes;
import dev.weft.mesh.ServeOptions;
import dev.weft.mesh.StreamHandler;
import dev.weft.mesh.UnaryHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** A mesh within one process. */
public final class LocalMesh implements Mesh {
  private final MeshCore core;
  private final LocalRouter router;
  private final LocalDirectory directory;
  private @Nullable Future<Void> closed;

  private LocalMesh(Vertx vertx, MeshOptions options) {
    core = new MeshCore(vertx, options, this::changed);
    router = new LocalRouter(core);
    directory = new LocalDirectory(core);
  }

  /** Makes a mesh that takes calls at once. */
  public static Mesh start(
      Vertx vertx, MeshOptions options, Meshes.IdentityVerifierFactory identities) {
    LocalMesh mesh = new LocalMesh(vertx, options);
    mesh.core.verifyWith(identities.create(mesh));
    return mesh;
  }

  private void changed() {
    core.wake();
    directory.changed();
  }

  @Override
  public String nodeId() {
    return core.nodeId();
  }

  @Override
  public <Q, R> Future<Void> serve(
      UnaryEndpoint<Q, R> endpoint, ServeOptions options, UnaryHandler<Q, R> handler) {
    core.serve(endpoint, options, handler);
    return Future.succeededFuture();
  }

  @Override
  public <Q, R> Future<Void> serve(
      StreamEndpoint<Q, R> endpoint, ServeOptions options, StreamHandler<Q, R> handler) {
    core.serve(endpoint, options, handler);
    return Future.succeededFuture();
  }

  @Override
  public <Q, R> Future<R> call(UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return unary(null, endpoint, request, context);
  }

  @Override
  public <Q, R> Future<R> callNode(
      String node, UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return unary(node, endpoint, request, context);
  }

  private <Q, R> Future<R> unary(
      @Nullable String node, UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    var call =
        new UnaryCall<>(
            core, router, core.vertx().getOrCreateContext(), endpoint, request, context, node);
    call.start();
    return call.future();
  }

  @Override
  public <Q, R> MeshStream<R> call(StreamEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return stream(null, endpoint, request, context);
  }

  @Override
  public <Q, R> MeshStream<R> callNode(
      String node, StreamEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return stream(node, endpoint, request, context);
  }

  private <Q, R> MeshStream<R> stream(
      @Nullable String node, StreamEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return new StreamCall<>(
            core, router, core.vertx().getOrCreateContext(), endpoint, request, context, node)
        .open();
  }

  @Override
  public Directory directory() {
    return directory;
  }

  @Override
  public synchronized Future<Void> close() {
    if (closed == null) {
      Future<Void> drained = core.drain();
      directory.changed();
      closed = drained.compose(_ -> core.stop());
    }
    return closed;
  }
}
