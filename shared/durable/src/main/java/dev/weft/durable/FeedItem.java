package dev.weft.durable;

/**
 * An item of a {@link Topic} as its watchers get it.
 *
 * @param sequence the item's number within its topic: higher than those of all items before it,
 *     also of those that former instances of the object have published; not always by one. What
 *     {@link WatchOptions#after} goes on from. 0 where the owner is a node of the version before,
 *     which numbers no items
 * @param value what was published
 * @param <T> the items
 */
public record FeedItem<T>(long sequence, T value) {}
