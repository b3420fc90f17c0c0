package dev.weft.durable;

/**
 * An item of a {@link Topic} as its watchers get it.
 *
 * @param sequence the item's number within its topic: higher than those of all items before it,
 *     also of those that former instances of the object have published; not always by one. What
 *     {@link WatchOptions#after} goes on from
 * @param value what was published
 * @param <T> the items
 */
public record FeedItem<T>(long sequence, T value) {}
