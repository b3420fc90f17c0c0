package dev.weft.durable.internal.runtime;

import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Directory;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshStream;
import dev.weft.mesh.ServeOptions;
import dev.weft.mesh.StreamHandler;
import dev.weft.mesh.UnaryHandler;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** The bus as an object sees it: what it sends waits for what it has written. */
final class GatedMesh implements Mesh {
  private final Activation activation;
  private final Mesh mesh;

  GatedMesh(Activation activation) {
    this.activation = activation;
    this.mesh = activation.host().mesh();
  }

  @Override
  public String nodeId() {
    return mesh.nodeId();
  }

  @Override
  public <Q, R> Future<Void> serve(
      UnaryEndpoint<Q, R> endpoint, ServeOptions options, UnaryHandler<Q, R> handler) {
    throw noServing();
  }

  @Override
  public <Q, R> Future<Void> serve(
      StreamEndpoint<Q, R> endpoint, ServeOptions options, StreamHandler<Q, R> handler) {
    throw noServing();
  }

  private static UnsupportedOperationException noServing() {
    return new UnsupportedOperationException("An object is called by its namespace's methods.");
  }

  @Override
  public <Q, R> Future<R> call(UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return activation
        .turns()
        .afterWrites(activation.turns().turn(), () -> mesh.call(endpoint, request, context));
  }

  @Override
  public <Q, R> Future<R> callNode(
      String nodeId, UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return activation
        .turns()
        .afterWrites(
            activation.turns().turn(), () -> mesh.callNode(nodeId, endpoint, request, context));
  }

  @Override
  public <Q, R> MeshStream<R> call(StreamEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return durable(() -> mesh.call(endpoint, request, context));
  }

  @Override
  public <Q, R> MeshStream<R> callNode(
      String nodeId, StreamEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return durable(() -> mesh.callNode(nodeId, endpoint, request, context));
  }

  /** A stream is opened in the turn that sets its handlers, so this waits first. */
  private <R> MeshStream<R> durable(Supplier<MeshStream<R>> open) {
    Turn turn = activation.turns().turn();
    activation.turns().await(activation.turns().whenDurable());
    turn.wentOutside = true;
    return open.get();
  }

  @Override
  public Directory directory() {
    return mesh.directory();
  }

  @Override
  public Future<Void> close() {
    throw new UnsupportedOperationException("The mesh is the node's to close.");
  }
}
