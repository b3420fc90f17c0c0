package dev.weft.durable;

import dev.weft.mesh.MeshStream;

/**
 * What a method returns whose answer is a stream. To the caller: something to open; within the
 * object: a {@link Topic}.
 *
 * <p>A watcher gets every item in order, or its stream fails with an error that says what is
 * missing; an item is never passed over. It does not keep the object in memory: an object that is
 * evicted, moves to another node or is made again after its node crashed finds its watchers again,
 * and they notice nothing. A stream fails, by code:
 *
 * <ul>
 *   <li>{@code object:items.not_found}: items that it was to get are not kept any more, or were
 *       never kept (see {@link Retention}). The detail {@code resume} is a sequence after which it
 *       may go on
 *   <li>{@code object:watcher.overloaded}: it reads too slowly and the topic keeps no items; with
 *       {@code resume} too
 *   <li>{@code object:reset.unavailable}: the owner of the object was lost, and with it what the
 *       topic, which keeps no items, may have had for its watchers. Open again
 *   <li>{@code object:internal}: an item cannot be read as what the interface states
 *   <li>and as a call fails, while it is being opened
 * </ul>
 *
 * @param <T> the items
 */
public interface Feed<T> {

  /**
   * Opens the stream; set the handlers in the same turn. It starts with what is published after the
   * object's method has run, however long nothing is, and ends when the topic does.
   *
   * <p>The time limit of the stub or the call is for the opening alone. Within a turn of an object
   * it is opened when that object's writes are durable. Handlers are called on the Vert.x context
   * of the caller.
   */
  MeshStream<T> open();

  /**
   * The same for items with their sequences, from where the options say: a watcher that keeps the
   * sequence of the last item it has handled comes back without a gap and without an item twice.
   *
   * <pre>{@code feed.open(WatchOptions.after(last)).handler(item -> last = item.sequence());}</pre>
   */
  MeshStream<FeedItem<T>> open(WatchOptions options);
}
