package dev.weft.mesh;

import dev.weft.contracts.StreamEndpoint;
import dev.weft.contracts.UnaryEndpoint;
import io.vertx.core.Future;

/**
 * One node's view of the mesh. Services know two verbs: serve and call.
 *
 * <p>Thread-safe. Futures and stream handlers of a call complete on the caller's Vert.x context (on
 * an event loop of the mesh when the caller has none). No method blocks.
 *
 * <p>Every failed future carries a {@link dev.weft.contracts.WeftException}. Codes of the mesh
 * itself: {@code mesh:unavailable} (no node serves the endpoint, after a short grace), {@code
 * mesh:timeout}, {@code mesh:overloaded}, {@code mesh:cancelled}, {@code mesh:node.unavailable}
 * (the node that had the call left), {@code mesh:stopping.unavailable} (this node has left: {@code
 * NOT_EXECUTED} and nothing was sent, or {@code UNKNOWN}), {@code mesh:identity.unauthenticated},
 * {@code mesh:scope.denied}, {@code json:invalid} (the body is not what the endpoint takes), {@code
 * mesh:request.too_large}.
 */
public interface Mesh {

  /** Id of this node: unique per process start, short enough to log. */
  String nodeId();

  /**
   * Serves an endpoint from the current verticle. On an event-loop verticle the handler runs on an
   * event loop (in one process: the caller's own) and must not block. On a virtual-thread verticle
   * each request runs as a task of its own on that verticle's context and may await. Serving one
   * endpoint from several verticle instances spreads requests among them.
   *
   * @return completes when other nodes can call; fails with {@code mesh:certificate.denied} when
   *     the node's certificate does not name the endpoint's service
   */
  default <Q, R> Future<Void> serve(UnaryEndpoint<Q, R> endpoint, UnaryHandler<Q, R> handler) {
    return serve(endpoint, ServeOptions.DEFAULT, handler);
  }

  /** Same, with limits. */
  <Q, R> Future<Void> serve(
      UnaryEndpoint<Q, R> endpoint, ServeOptions options, UnaryHandler<Q, R> handler);

  /** Serves a stream endpoint; threads as for unary ones. */
  default <Q, R> Future<Void> serve(StreamEndpoint<Q, R> endpoint, StreamHandler<Q, R> handler) {
    return serve(endpoint, ServeOptions.DEFAULT, handler);
  }

  /** Same, with limits. */
  <Q, R> Future<Void> serve(
      StreamEndpoint<Q, R> endpoint, ServeOptions options, StreamHandler<Q, R> handler);

  /**
   * Calls an endpoint. The call ends by the context's deadline at the latest; cancelling the
   * context's {@link Cancellation} fails it at once and tells the handler.
   */
  <Q, R> Future<R> call(UnaryEndpoint<Q, R> endpoint, Q request, CallContext context);

  /**
   * Opens a stream. Set the handlers in the same turn; items flow from the next one on unless
   * {@link MeshStream#pause() paused}. To a thread without a Vert.x context they flow once the
   * item, the exception and the end handler are all set. A failure to open arrives at the exception
   * handler like any other. The context's deadline bounds the wait for the first item; after it
   * only silence ends a stream.
   */
  <Q, R> MeshStream<R> call(StreamEndpoint<Q, R> endpoint, Q request, CallContext context);

  /**
   * Calls an endpoint on one node and no other: for what only that node has. Never waits for it and
   * never repeats the call elsewhere; {@code mesh:node.unavailable} when it is not there, or
   * leaves.
   *
   * @param nodeId the node's {@link #nodeId()}
   */
  <Q, R> Future<R> callNode(
      String nodeId, UnaryEndpoint<Q, R> endpoint, Q request, CallContext context);

  /** Opens a stream of one node and no other; see both. */
  <Q, R> MeshStream<R> callNode(
      String nodeId, StreamEndpoint<Q, R> endpoint, Q request, CallContext context);

  /** Who is there. */
  Directory directory();

  /** What this process may hold of requests and answers; one for all who share the mesh. */
  ByteBudget budget();

  /**
   * Takes no new calls (callers go elsewhere or get {@code mesh:unavailable}), lets running ones
   * end for as long as the drain time-out of the options allows, then leaves. Idempotent.
   */
  Future<Void> close();
}
