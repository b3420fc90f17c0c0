package dev.weft.durable.internal.turn;

import dev.weft.durable.internal.store.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an active object knows of its stored state: the latest value of keys it has read or written.
 * Of a small object it knows all. Not thread-safe: for whoever holds the object.
 */
public final class StateCache {
  /** In place of the value of a key known to be absent. */
  private static final byte[] ABSENT = {};

  private TreeMap<Key, byte[]> known = new TreeMap<>();
  private boolean complete;
  private long bytes;

  /** Of keys that expire, when they do; most objects have none. */
  private Map<Key, Long> expiries = Map.of();

  private TreeSet<Expiring> byTime = new TreeSet<>();
  private @Nullable List<Runnable> journal;

  private record Expiring(long millis, Key key) implements Comparable<Expiring> {
    @Override
    public int compareTo(Expiring other) {
      int order = Long.compare(millis, other.millis);
      return order != 0 ? order : key.compareTo(other.key);
    }
  }

  /** Fills the cache with what was read at the start. */
  public void load(SortedMap<Key, byte[]> entries, boolean all, Map<Key, Long> keyExpiries) {
    known = new TreeMap<>(entries);
    complete = all;
    bytes = 0;
    keyExpiries.forEach(this::expires);
    known.forEach((key, value) -> bytes += size(key, value));
  }

  /** Whether a key not known is known to be absent. */
  public boolean isComplete() {
    return complete;
  }

  /** Whether the key's value, or absence, is known. */
  public boolean knows(Key key) {
    return complete || known.containsKey(key);
  }

  /** The value of a key that is known; null when absent. */
  public byte @Nullable [] get(Key key) {
    byte[] value = known.get(key);
    return value == ABSENT ? null : value;
  }

  /**
   * Takes keys that have expired for absent from now on; before anything is asked.
   *
   * @param nowMillis the database's clock
   */
  public void expire(long nowMillis) {
    while (!byTime.isEmpty() && byTime.first().millis() <= nowMillis) {
      Key key = byTime.first().key();
      if (complete) {
        remove(key);
      } else {
        set(key, ABSENT, 0);
      }
    }
  }

  /** Notes what the database says, unless something newer is known. */
  public void learn(Key key, byte @Nullable [] value) {
    learn(key, value, 0);
  }

  /** The same of a key that expires; 0 for never. */
  public void learn(Key key, byte @Nullable [] value, long expiresMillis) {
    if (!known.containsKey(key)) {
      set(key, value == null ? ABSENT : value, expiresMillis);
    }
  }

  /** Notes a write. */
  public void put(Key key, byte @Nullable [] value) {
    put(key, value, 0);
  }

  /** The same of a key that expires; 0 for never. */
  public void put(Key key, byte @Nullable [] value, long expiresMillis) {
    List<Runnable> undo = journal;
    if (undo != null) {
      byte[] before = known.get(key);
      long expiresBefore = expiries.getOrDefault(key, 0L);
      undo.add(
          () -> {
            if (before == null) {
              remove(key);
            } else {
              set(key, before, expiresBefore);
            }
          });
    }
    if (value == null && complete) {
      remove(key);
    } else {
      set(key, value == null ? ABSENT : value, expiresMillis);
    }
  }

  private void remove(Key key) {
    byte[] before = known.remove(key);
    bytes -= before == null ? 0 : size(key, before);
    expires(key, 0L);
  }

  private void expires(Key key, long millis) {
    if (expiries.isEmpty()) {
      if (millis == 0) {
        return;
      }
      expiries = new HashMap<>();
    }
    Long before = millis == 0 ? expiries.remove(key) : expiries.put(key, millis);
    if (before != null) {
      byTime.remove(new Expiring(before, key));
    }
    if (millis != 0) {
      byTime.add(new Expiring(millis, key));
    }
  }

  /** Everything is deleted. */
  public void clear() {
    List<Runnable> undo = journal;
    if (undo != null) {
      TreeMap<Key, byte[]> before = known;
      boolean completeBefore = complete;
      long bytesBefore = bytes;
      Map<Key, Long> expiriesBefore = expiries;
      TreeSet<Expiring> byTimeBefore = byTime;
      undo.add(
          () -> {
            known = before;
            complete = completeBefore;
            bytes = bytesBefore;
            expiries = expiriesBefore;
            byTime = byTimeBefore;
          });
    }
    known = new TreeMap<>();
    complete = true;
    bytes = 0;
    expiries = Map.of();
    byTime = new TreeSet<>();
  }

  /** Bytes of what is kept. */
  public long bytes() {
    return bytes;
  }

  /** Forgets all but the keys to be kept. */
  public void forget(Predicate<Key> keep) {
    known.keySet().removeIf(key -> !keep.test(key));
    for (Key key : List.copyOf(expiries.keySet())) {
      if (!known.containsKey(key)) {
        expires(key, 0L);
      }
    }
    complete = false;
    bytes = 0;
    known.forEach((key, value) -> bytes += size(key, value));
  }

  /** From now on writes can be undone; returns the point to go back to. */
  public int mark() {
    if (journal == null) {
      journal = new ArrayList<>();
    }
    return journal.size();
  }

  /** Undoes the writes since the mark, the last first. */
  public void rollback(int mark) {
    List<Runnable> undo = journal;
    journal = null;
    if (undo != null) {
      undo.subList(mark, undo.size()).reversed().forEach(Runnable::run);
      undo.subList(mark, undo.size()).clear();
      journal = undo;
    }
  }

  /** Writes need not be undone any more. */
  public void settle() {
    journal = null;
  }

  /** How many keys of the range are known to be absent: so many more the database is asked for. */
  public int absentIn(KeyRange range) {
    int count = 0;
    for (byte[] value : range.of(known).values()) {
      if (value == ABSENT) {
        count++;
      }
    }
    return count;
  }

  /**
   * The first keys and values of a range, in its order.
   *
   * @param stored what the database has there; empty when the cache is complete
   */
  public void list(
      KeyRange range, SortedMap<Key, byte[]> stored, int limit, BiConsumer<Key, byte[]> into) {
    TreeMap<Key, byte[]> all = new TreeMap<>(stored);
    range.of(known).forEach(all::put);
    NavigableMap<Key, byte[]> ordered = range.reverse() ? all.descendingMap() : all;
    int left = limit;
    for (Map.Entry<Key, byte[]> entry : ordered.entrySet()) {
      if (entry.getValue() != ABSENT && left-- > 0) {
        into.accept(entry.getKey(), entry.getValue());
      }
    }
  }

  private void set(Key key, byte[] value, long expiresMillis) {
    expires(key, expiresMillis);
    byte[] before = known.put(key, value);
    bytes += size(key, value) - (before == null ? 0 : size(key, before));
  }

  private static int size(Key key, byte[] value) {
    return key.bytes().length + value.length;
  }
}
