package dev.weft.mesh;

import dev.weft.contracts.WeftException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/**
 * The producer's end of a stream. Call it from the context the handler was called on. Items are
 * sent in order; those of one tick travel together.
 *
 * <p>The reader grants credit (64 items, returned in halves). Without credit items wait in a queue:
 * a producer looks at {@link #writeQueueFull()} and pauses its source until the drain handler, or
 * awaits the future of {@link #write} on a virtual thread. One that does neither fails its stream
 * with {@code mesh:overloaded} at a bound.
 */
public interface StreamWriter<T> extends WriteStream<T> {

  /**
   * Sends an item.
   *
   * @return completes when more may be written; fails when the stream is over
   */
  @Override
  Future<Void> write(T item);

  /** True while writing more would only lengthen the queue. */
  @Override
  boolean writeQueueFull();

  /** Called on the producer's context when the queue has room again. */
  @Override
  StreamWriter<T> drainHandler(@Nullable Handler<Void> handler);

  /** Ends the stream well, after all items. */
  @Override
  Future<Void> end();

  /** Ends the stream with an error, after the items written before it. */
  void fail(WeftException failure);

  @Override
  StreamWriter<T> exceptionHandler(@Nullable Handler<Throwable> handler);

  @Override
  StreamWriter<T> setWriteQueueMaxSize(int maxSize);
}
