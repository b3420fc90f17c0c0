package dev.weft.mesh;

import io.vertx.core.Handler;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * The reader's end of a stream. Exactly one of the end and the exception handler is called, once,
 * after the last item; failures are {@link dev.weft.contracts.WeftException}s. Handlers run on the
 * context that opened the stream; call the methods there too.
 */
public interface MeshStream<T> extends ReadStream<T> {

  @Override
  MeshStream<T> handler(@Nullable Handler<T> handler);

  @Override
  MeshStream<T> exceptionHandler(@Nullable Handler<Throwable> handler);

  @Override
  MeshStream<T> endHandler(@Nullable Handler<Void> handler);

  /**
   * Stops the flow; at most one credit window is then held here, the rest waits at the producer.
   */
  @Override
  MeshStream<T> pause();

  @Override
  MeshStream<T> resume();

  @Override
  MeshStream<T> fetch(long amount);

  /** Gives up: the producer learns at once, and no handler is called any more. Idempotent. */
  void cancel();
}
