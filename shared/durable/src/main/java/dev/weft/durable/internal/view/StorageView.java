package dev.weft.durable.internal.view;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.weft.durable.Alarms;
import dev.weft.durable.ListOptions;
import dev.weft.durable.ObjectReset;
import dev.weft.durable.Section;
import dev.weft.durable.Storage;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.StoredValues;
import dev.weft.durable.internal.instance.ObjectMemory;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.instance.Turn;
import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.store.ObjectStore.Found;
import dev.weft.durable.internal.store.ObjectStore.Range;
import dev.weft.durable.internal.turn.KeyRange;
import dev.weft.durable.internal.turn.StateCache;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The storage of an active object. */
final class StorageView implements Storage {
  /** Sections nested deeper than this are a mistake. */
  static final int MAX_DEPTH = 64;

  private static final int PAGE = 1_000;
  private static final int MAX_LIST_BYTES = 64 << 20;
  private static final byte[] NOT_READ = {};

  private final Tenure tenure;
  private final ObjectMemory memory;
  private final Alarms alarms;

  StorageView(Tenure tenure) {
    this.tenure = tenure;
    this.memory = tenure.memory();
    this.alarms = new AlarmsView(tenure);
  }

  /** Makes a value of what is stored under a key. */
  private interface Decoder<T> {
    T decode(Key key, byte[] value);
  }

  @Override
  public <T> Optional<T> get(String key, Class<T> type) {
    return find(key, (stored, value) -> StoredValues.decode(stored, value, type));
  }

  @Override
  public <T> Optional<T> get(String key, TypeReference<T> type) {
    return find(key, (stored, value) -> StoredValues.decode(stored, value, type));
  }

  private <T> Optional<T> find(String key, Decoder<T> decoder) {
    tenure.turns().current();
    Key stored = StoredValues.key(key);
    byte[] value = value(stored);
    return value == null ? Optional.empty() : Optional.of(decoder.decode(stored, value));
  }

  private byte @Nullable [] value(Key key) {
    if (!cache().knows(key)) {
      fetch(List.of(key));
    }
    return cache().get(key);
  }

  private void fetch(List<Key> keys) {
    Found found = tenure.turns().read(store -> store.read(tenure.id(), keys));
    for (Key key : keys) {
      cache().learn(key, found.values().get(key), found.expiries().getOrDefault(key, 0L));
    }
  }

  /** What is known, as of now: what has expired is not there any more. */
  private StateCache cache() {
    memory.cache().expire(tenure.nowMillis());
    return memory.cache();
  }

  @Override
  public <T> Map<String, T> get(Collection<String> keys, Class<T> type) {
    return find(keys, (key, value) -> StoredValues.decode(key, value, type));
  }

  @Override
  public <T> Map<String, T> get(Collection<String> keys, TypeReference<T> type) {
    return find(keys, (key, value) -> StoredValues.decode(key, value, type));
  }

  private <T> Map<String, T> find(Collection<String> keys, Decoder<T> decoder) {
    tenure.turns().current();
    Map<String, Key> wanted = new LinkedHashMap<>();
    keys.forEach(key -> wanted.put(key, StoredValues.key(key)));
    List<Key> unknown = wanted.values().stream().filter(key -> !cache().knows(key)).toList();
    if (!unknown.isEmpty()) {
      fetch(unknown);
    }
    Map<String, T> found = new LinkedHashMap<>();
    wanted.forEach(
        (text, key) -> {
          byte[] value = cache().get(key);
          if (value != null) {
            found.put(text, decoder.decode(key, value));
          }
        });
    return found;
  }

  @Override
  public void put(String key, Object value) {
    tenure.turns().current();
    write(StoredValues.key(key), StoredValues.encode(key, value));
  }

  @Override
  public void put(String key, Object value, Duration timeToLive) {
    tenure.turns().current();
    long expires = Expiries.after(tenure.nowMillis(), timeToLive);
    Key stored = StoredValues.key(key);
    byte[] bytes = StoredValues.encode(key, value);
    memory.writes().put(stored, bytes, expires);
    cache().put(stored, bytes, expires);
  }

  @Override
  public void put(Map<String, ?> values) {
    tenure.turns().current();
    Map<Key, byte[]> encoded = new TreeMap<>();
    values.forEach(
        (key, value) -> encoded.put(StoredValues.key(key), StoredValues.encode(key, value)));
    long bytes = 0;
    for (Map.Entry<Key, byte[]> entry : encoded.entrySet()) {
      bytes += entry.getKey().bytes().length + entry.getValue().length;
    }
    memory.writes().checkRoom(bytes);
    encoded.forEach(this::write);
  }

  private void write(Key key, byte @Nullable [] value) {
    memory.writes().put(key, value);
    cache().put(key, value);
  }

  @Override
  public boolean delete(String key) {
    tenure.turns().current();
    Key stored = StoredValues.key(key);
    boolean there = value(stored) != null;
    if (there) {
      write(stored, null);
    }
    return there;
  }

  @Override
  public int delete(Collection<String> keys) {
    tenure.turns().current();
    Map<String, byte[]> there = new LinkedHashMap<>();
    List<Key> wanted = keys.stream().map(StoredValues::key).distinct().toList();
    List<Key> unknown = wanted.stream().filter(key -> !cache().knows(key)).toList();
    if (!unknown.isEmpty()) {
      fetch(unknown);
    }
    for (Key key : wanted) {
      byte[] value = cache().get(key);
      if (value != null) {
        there.put(key.text(), value);
        write(key, null);
      }
    }
    return there.size();
  }

  @Override
  public <T> SequencedMap<String, T> list(ListOptions options, Class<T> type) {
    return list(options, (key, value) -> StoredValues.decode(key, value, type));
  }

  @Override
  public <T> SequencedMap<String, T> list(ListOptions options, TypeReference<T> type) {
    return list(options, (key, value) -> StoredValues.decode(key, value, type));
  }

  private <T> SequencedMap<String, T> list(ListOptions options, Decoder<T> decoder) {
    SequencedMap<String, T> result = new LinkedHashMap<>();
    entries(options, (store, range) -> store.range(tenure.id(), range))
        .forEach((key, value) -> result.put(key.text(), decoder.decode(key, value)));
    return result;
  }

  @Override
  public List<String> keys(ListOptions options) {
    return entries(options, this::keysOnly).keySet().stream().map(Key::text).toList();
  }

  /** What the database has in a range, with nothing in the place of values. */
  private Future<SortedMap<Key, byte[]>> keysOnly(ObjectStore store, Range range) {
    return store
        .keys(tenure.id(), range)
        .map(
            found -> {
              SortedMap<Key, byte[]> keys = new TreeMap<>();
              found.forEach(each -> keys.put(each.key(), NOT_READ));
              return keys;
            });
  }

  /** What is stored in a range, in its order. */
  private SequencedMap<Key, byte[]> entries(ListOptions options, Reader reader) {
    tenure.turns().current();
    KeyRange range = KeyRange.of(options, StoredValues::key);
    SequencedMap<Key, byte[]> entries = new LinkedHashMap<>();
    if (range.isEmpty()) {
      return entries;
    }
    SortedMap<Key, byte[]> stored =
        cache().isComplete() ? new TreeMap<>() : stored(range, options.limit(), reader);
    cache().list(range, stored, options.limit(), entries::put);
    return entries;
  }

  /** Asks the store for a range. */
  private interface Reader extends BiFunction<ObjectStore, Range, Future<SortedMap<Key, byte[]>>> {}

  /** What the database has in the range, enough to fill the limit. */
  private SortedMap<Key, byte[]> stored(KeyRange range, int limit, Reader reader) {
    long wanted = (long) limit + cache().absentIn(range);
    TreeMap<Key, byte[]> all = new TreeMap<>();
    KeyRange rest = range;
    long bytes = 0;
    while (all.size() < wanted && !rest.isEmpty()) {
      int page = (int) Math.min(PAGE, wanted - all.size());
      KeyRange part = rest;
      SortedMap<Key, byte[]> found =
          tenure.turns().read(store -> reader.apply(store, part.limit(page)));
      for (Map.Entry<Key, byte[]> entry : found.entrySet()) {
        bytes += entry.getKey().bytes().length + entry.getValue().length;
        all.put(entry.getKey(), entry.getValue());
      }
      if (bytes > MAX_LIST_BYTES) {
        throw ObjectErrors.listTooLarge(MAX_LIST_BYTES);
      }
      if (found.size() < page) {
        break;
      }
      rest = rest.beyond(range.reverse() ? all.firstKey() : all.lastKey());
    }
    return all;
  }

  @Override
  public void deleteAll() {
    tenure.turns().current();
    memory.clear();
  }

  @Override
  public <T, X extends Exception> T transaction(Section<T, X> body) throws X {
    Turn turn = tenure.turns().current();
    if (!tenure.turns().enterCritical(turn, MAX_DEPTH)) {
      throw nestedTooDeeply(tenure);
    }
    Runnable undoWrites = memory.writes().beginTransaction();
    Runnable undoAlarms = memory.alarms().snapshot();
    Runnable undoTopics = memory.topics().beginTransaction();
    int mark = cache().mark();
    boolean kept = false;
    try {
      T result = body.run();
      kept = true;
      return result;
    } finally {
      if (!kept) {
        undoWrites.run();
        undoAlarms.run();
        undoTopics.run();
        cache().rollback(mark);
      }
      if (memory.writes().endTransaction()) {
        cache().settle();
      }
      memory.topics().endTransaction();
      tenure.turns().leaveCritical();
    }
  }

  static ObjectReset nestedTooDeeply(Tenure tenure) {
    tenure.abort("transactions and critical sections are nested more than " + MAX_DEPTH + " deep.");
    return new ObjectReset("nested too deeply");
  }

  @Override
  public void sync() {
    tenure.turns().current();
    tenure.turns().await(tenure.turns().whenDurable());
  }

  @Override
  public Alarms alarms() {
    return alarms;
  }
}
