package dev.weft.durable;

import org.jspecify.annotations.Nullable;

/**
 * A range of keys. Start, end and prefix narrow it together and keep their meaning when it is
 * reversed. A range whose end lies before its start is empty.
 *
 * @param start first key
 * @param startAfter the key before the first; not together with start
 * @param end first key beyond
 * @param prefix what every key begins with
 * @param reverse last key first
 * @param limit at most so many; at least 1
 */
public record ListOptions(
    @Nullable String start,
    @Nullable String startAfter,
    @Nullable String end,
    @Nullable String prefix,
    boolean reverse,
    int limit) {

  private static final ListOptions ALL =
      new ListOptions(null, null, null, null, false, Integer.MAX_VALUE);

  public ListOptions {
    if (limit < 1) {
      throw new IllegalArgumentException("the limit of a list is at least 1, not " + limit);
    }
    if (start != null && startAfter != null) {
      throw new IllegalArgumentException("a list has a start or a startAfter, not both");
    }
  }

  /** Everything. */
  public static ListOptions all() {
    return ALL;
  }

  /** Keys that begin so. */
  public static ListOptions prefix(String prefix) {
    return new ListOptions(null, null, null, prefix, false, Integer.MAX_VALUE);
  }

  public ListOptions from(String newStart) {
    return new ListOptions(newStart, startAfter, end, prefix, reverse, limit);
  }

  public ListOptions after(String newStartAfter) {
    return new ListOptions(start, newStartAfter, end, prefix, reverse, limit);
  }

  public ListOptions before(String newEnd) {
    return new ListOptions(start, startAfter, newEnd, prefix, reverse, limit);
  }

  public ListOptions reversed() {
    return new ListOptions(start, startAfter, end, prefix, !reverse, limit);
  }

  public ListOptions limit(int newLimit) {
    return new ListOptions(start, startAfter, end, prefix, reverse, newLimit);
  }
}
