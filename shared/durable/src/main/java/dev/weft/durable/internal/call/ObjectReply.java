package dev.weft.durable.internal.call;

/**
 * The answer to an {@link ObjectRequest}, or one item of a stream.
 *
 * @param value what the method returned
 */
public record ObjectReply(Fragment value) {
  public static final ObjectReply NOTHING = new ObjectReply(Fragment.NULL);
}
