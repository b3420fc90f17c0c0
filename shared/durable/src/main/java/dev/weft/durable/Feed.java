package dev.weft.durable;

import dev.weft.mesh.MeshStream;

/**
 * What a method returns whose answer is a stream. To the caller: something to open; within the
 * object: a {@link Topic}.
 *
 * @param <T> the items
 */
public interface Feed<T> {

  /**
   * Opens the stream; set the handlers in the same turn. It starts with what is published after the
   * object's method has run, however long nothing is; it ends when the topic does, and fails with
   * {@code object:reset.unavailable} when the instance is over: open it again then.
   *
   * <p>The time limit of the stub or the call is for the opening alone. Within a turn of an object
   * it is opened when that object's writes are durable.
   */
  MeshStream<T> open();
}
