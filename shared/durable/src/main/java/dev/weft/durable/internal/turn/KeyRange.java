package dev.weft.durable.internal.turn;

import dev.weft.durable.ListOptions;
import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.store.ObjectStore.Range;
import java.util.Arrays;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A range of keys as bounds.
 *
 * @param from first key; null for the beginning
 * @param fromInclusive whether it belongs to the range
 * @param to first key beyond; null for the end
 */
public record KeyRange(
    @Nullable Key from, boolean fromInclusive, @Nullable Key to, boolean reverse) {

  /** The range that the options describe. */
  public static KeyRange of(ListOptions options, Function<String, Key> keys) {
    Key from = null;
    boolean inclusive = true;
    if (options.start() != null) {
      from = keys.apply(options.start());
    } else if (options.startAfter() != null) {
      from = keys.apply(options.startAfter());
      inclusive = false;
    }
    Key to = options.end() == null ? null : keys.apply(options.end());
    if (options.prefix() != null) {
      Key prefix = keys.apply(options.prefix());
      if (from == null || from.compareTo(prefix) < 0) {
        from = prefix;
        inclusive = true;
      }
      Key beyond = successor(prefix);
      if (beyond != null && (to == null || to.compareTo(beyond) > 0)) {
        to = beyond;
      }
    }
    return new KeyRange(from, inclusive, to, options.reverse());
  }

  /** The first key that is greater than all keys with the prefix; null when there is none. */
  private static @Nullable Key successor(Key prefix) {
    byte[] bytes = prefix.bytes();
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == (byte) 0xff) {
      length--;
    }
    if (length == 0) {
      return null;
    }
    byte[] next = Arrays.copyOf(bytes, length);
    next[length - 1]++;
    return new Key(next);
  }

  public boolean isEmpty() {
    return from != null && to != null && from.compareTo(to) >= 0;
  }

  /** The part of a map that lies in the range. */
  public NavigableMap<Key, byte[]> of(TreeMap<Key, byte[]> map) {
    if (isEmpty()) {
      return Collections.emptyNavigableMap();
    }
    NavigableMap<Key, byte[]> part = map;
    if (from != null) {
      part = part.tailMap(from, fromInclusive);
    }
    return to == null ? part : part.headMap(to, false);
  }

  /** What is left of the range after the key, in its order. */
  public KeyRange beyond(Key last) {
    return reverse
        ? new KeyRange(from, fromInclusive, last, true)
        : new KeyRange(last, false, to, false);
  }

  /** As the store is asked. */
  public Range limit(int limit) {
    return new Range(from, fromInclusive, to, reverse, limit);
  }
}
