package dev.weft.durable;

/**
 * How many of a topic's last items are kept in storage, for watchers that come back or have fallen
 * behind. Both bounds hold; up to an eighth more may be kept for a while.
 *
 * @param items at most so many, 1 to {@link #MAX_ITEMS}
 * @param bytes at most so many, as JSON, 1 to {@link #MAX_BYTES}; the last item is kept whatever
 *     its size
 */
public record Retention(int items, long bytes) {
  public static final int MAX_ITEMS = 100_000;
  public static final long MAX_BYTES = 64L << 20;

  /** Bytes kept when nothing is said of them. */
  public static final long USUAL_BYTES = 4L << 20;

  public Retention {
    if (items < 1 || items > MAX_ITEMS) {
      throw new IllegalArgumentException(
          "a topic keeps 1 to " + MAX_ITEMS + " items, not " + items);
    }
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a topic keeps 1 to " + MAX_BYTES + " bytes, not " + bytes);
    }
  }

  /** Keeps the last items, at most 4 MiB of them. */
  public static Retention items(int items) {
    return new Retention(items, USUAL_BYTES);
  }

  /** The same with another bound of bytes. */
  public Retention withBytes(long newBytes) {
    return new Retention(items, newBytes);
  }
}
