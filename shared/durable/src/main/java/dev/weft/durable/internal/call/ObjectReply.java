package dev.weft.durable.internal.call;

import org.jspecify.annotations.Nullable;

/**
 * The answer to an {@link ObjectRequest}, or one item of a stream.
 *
 * @param value what the method returned; null, as JSON's null is read, when that was nothing
 */
public record ObjectReply(@Nullable Fragment value) {
  public static final ObjectReply NOTHING = new ObjectReply(Fragment.NULL);

  /** First in a stream, before any item: it is open, though nothing may come for long. */
  public static final ObjectReply OPENED = new ObjectReply(null);

  /** Whether this is no item of a stream, but says that it is open; items are never null. */
  boolean opens() {
    return value == null;
  }

  /** What the method returned, the JSON null included. */
  Fragment result() {
    return value == null ? Fragment.NULL : value;
  }
}
