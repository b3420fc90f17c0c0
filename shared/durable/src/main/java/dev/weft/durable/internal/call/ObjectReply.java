package dev.weft.durable.internal.call;

import org.jspecify.annotations.Nullable;

/**
 * The answer to an {@link ObjectRequest}, or one item of a stream.
 *
 * @param value what the method returned; null, as JSON's null is read, when that was nothing
 * @param sequence of the item; of the last one published where the stream says that it is open. In
 *     streams alone, and absent from nodes that do not number their items
 */
public record ObjectReply(@Nullable Fragment value, @Nullable Long sequence) {
  public static final ObjectReply NOTHING = new ObjectReply(Fragment.NULL);

  /** First in a stream, before any item: it is open, though nothing may come for long. */
  public static ObjectReply opened(long sequence) {
    return new ObjectReply(null, sequence);
  }

  public ObjectReply(@Nullable Fragment value) {
    this(value, null);
  }

  /** Whether this is no item of a stream, but says that it is open; items are never null. */
  boolean opens() {
    return value == null;
  }

  /** What the method returned as JSON, in UTF-8; shared, so do not change it. */
  public byte[] json() {
    return result().json();
  }

  /** What the method returned, the JSON null included. */
  Fragment result() {
    return value == null ? Fragment.NULL : value;
  }
}
