package dev.weft.durable;

import org.jspecify.annotations.Nullable;

/**
 * Where a watcher of a {@link Feed} begins.
 *
 * @param after the sequence of the last item that the watcher has had; null for none
 * @param fromOldest whether to begin with the oldest item that the topic has kept; not together
 *     with after
 */
public record WatchOptions(@Nullable Long after, boolean fromOldest) {
  private static final WatchOptions LIVE = new WatchOptions(null, false);
  private static final WatchOptions OLDEST = new WatchOptions(null, true);

  public WatchOptions {
    if (after != null && fromOldest) {
      throw new IllegalArgumentException("a watcher begins after an item or with the oldest one");
    }
    if (after != null && after < 0) {
      throw new IllegalArgumentException("after is the sequence of an item, not " + after);
    }
  }

  /** With what is published from now on. */
  public static WatchOptions live() {
    return LIVE;
  }

  /**
   * With the item after this one, if that is kept still ({@link Retention}); if it is not, the
   * stream fails with {@code object:items.not_found}.
   *
   * @param sequence of the last item the watcher has had, 0 or more
   */
  public static WatchOptions after(long sequence) {
    return new WatchOptions(sequence, false);
  }

  /** With the oldest item that is kept; where none is, as {@link #live}. */
  public static WatchOptions oldest() {
    return OLDEST;
  }
}
