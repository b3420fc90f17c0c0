package dev.weft.history;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a search has tried: sets of answered operations with the state they led to and the unknown
 * ones used on the way. A set of unknown ones that contains another one tried makes nothing
 * possible that the smaller left impossible, since using none is always allowed.
 */
final class Memo<S> {
  private final Map<Key, List<long[]>> tried = new HashMap<>();

  /** Remembers a configuration; false when it, or a better one, has been tried. */
  boolean add(long[] answered, long[] unknown, S state) {
    Key key = Key.of(answered, state);
    List<long[]> sets = tried.get(key);
    if (sets == null) {
      tried.put(key, List.of(unknown.clone()));
      return true;
    }
    for (long[] set : sets) {
      if (contains(unknown, set)) {
        return false;
      }
    }
    tried.put(key, plus(sets, unknown.clone()));
    return true;
  }

  private static boolean contains(long[] set, long[] part) {
    for (int i = 0; i < set.length; i++) {
      if ((part[i] & ~set[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  private static List<long[]> plus(List<long[]> sets, long[] set) {
    // Supersets of the new one have become pointless.
    return Stream.concat(sets.stream().filter(old -> !contains(old, set)), Stream.of(set)).toList();
  }

  /** The bits between those all set and those all clear: with few callers there are few. */
  private static final class Key {
    private final int skipped;
    private final long[] words;
    private final Object state;

    private Key(int skipped, long[] words, Object state) {
      this.skipped = skipped;
      this.words = words;
      this.state = state;
    }

    static Key of(long[] bits, Object state) {
      int from = 0;
      while (from < bits.length && bits[from] == -1L) {
        from++;
      }
      int to = bits.length;
      while (to > from && bits[to - 1] == 0L) {
        to--;
      }
      return new Key(from, Arrays.copyOfRange(bits, from, to), state);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && key.skipped == skipped
          && Arrays.equals(key.words, words)
          && key.state.equals(state);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * skipped + Arrays.hashCode(words)) + state.hashCode();
    }
  }
}
