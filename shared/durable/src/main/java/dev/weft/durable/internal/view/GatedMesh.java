package dev.weft.durable.internal.view;

import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.mesh.ByteBudget;
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
  private final Tenure tenure;
  private final Mesh mesh;

  GatedMesh(Tenure tenure, Mesh mesh) {
    this.tenure = tenure;
    this.mesh = mesh;
  }

  @Override
  public String nodeId() {
    return mesh.nodeId();
  }

  @Override
  public ByteBudget budget() {
    return mesh.budget();
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
    return tenure.turns().turn().afterWrites(() -> mesh.call(endpoint, request, context));
  }

  @Override
  public <Q, R> Future<R> callNode(
      String nodeId, UnaryEndpoint<Q, R> endpoint, Q request, CallContext context) {
    return tenure
        .turns()
        .turn()
        .afterWrites(() -> mesh.callNode(nodeId, endpoint, request, context));
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
    Turn turn = tenure.turns().turn();
    tenure.turns().await(tenure.turns().whenDurable());
    turn.goesOutside();
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
