package dev.weft.mesh.internal;

import dev.weft.contracts.WeftException;
import io.vertx.core.Context;

/**
 * Where a served call came from, and the way its answer goes back: a {@link Call} of this node, or
 * a {@link RemoteOrigin}.
 *
 * @param <Q> the request
 * @param <R> the reply, or an item of the stream
 */
interface Origin<Q, R> {

  /** The context the request came in on: the caller's, or the inbox's. */
  Context where();

  /** Whether the caller's own event loop may run the handler at once. */
  boolean isLocal();

  /**
   * The request.
   *
   * @throws WeftException when it is not what the endpoint takes
   */
  Q request();

  /** Answers a unary call. Once, on any context. */
  void reply(R reply);

  /** Ends the call, or a stream that no handler has begun, with an error. Any context. */
  void fail(WeftException failure);

  /** The way to the reader of a stream, for a handler that runs on the context. */
  ServedWriter.Outlet<R> outlet(Context handler);
}
