package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One object of {@link MemoryObjectStore}, guarded by its lock. */
final class MemoryObject {

  /** By name as bytes, those without one last. */
  static final Comparator<MemoryObject> BY_NAME =
      Comparator.comparing(
              (MemoryObject object) -> object.id.name().map(Key::of).orElse(null),
              Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(object -> object.id);

  ObjectId id;
  @Nullable String owner;
  long epoch;
  long seq;
  int version;
  boolean deleted;
  long lastTurnMillis;
  final NavigableMap<Key, byte[]> entries = new TreeMap<>();
  final Map<Key, Long> expiries = new HashMap<>();
  long expiresMillis;
  final Map<String, Alarm> alarms = new HashMap<>();
  final Map<String, KeptReply> replies = new HashMap<>();
  final Deque<ObjectStore.EpochRow> epochs = new ArrayDeque<>();

  final Map<String, TopicRows.TopicRow> topics = new HashMap<>();
  final Map<String, NavigableMap<Long, TopicRows.ItemRow>> items = new HashMap<>();

  /** By topic, then node. */
  final Map<String, Map<String, Long>> watchers = new HashMap<>();

  MemoryObject(ObjectId id) {
    this.id = id;
  }

  /** A name is learnt when it is first told. */
  void named(ObjectId told) {
    if (id.name().isEmpty()) {
      id = told;
    }
  }

  void take(String incarnation, String nodeId, long nowMillis) {
    deleted = false;
    owner = incarnation;
    epoch++;
    lastTurnMillis = Math.max(lastTurnMillis, nowMillis);
    epochs.addFirst(new ObjectStore.EpochRow(epoch, incarnation, nodeId, nowMillis));
  }

  /** Only its epochs go on. */
  void delete() {
    deleted = true;
    owner = null;
    version = 0;
    id = new ObjectId(id.namespace(), id.bytes(), null);
    entries.clear();
    expiries.clear();
    expiresMillis = 0;
    alarms.clear();
    replies.clear();
    epochs.clear();
    items.clear();
    topics.replaceAll(
        (_, row) -> new TopicRows.TopicRow(row.sequence(), row.total(), row.epoch(), false));
  }

  private void apply(TopicRows.TopicWrite write) {
    topics.put(write.topic(), write.row());
    NavigableMap<Long, TopicRows.ItemRow> kept =
        items.computeIfAbsent(write.topic(), _ -> new TreeMap<>());
    kept.values()
        .removeIf(
            item -> item.sequence() <= write.trimSequence() || item.total() <= write.trimTotal());
    write.items().forEach(item -> kept.put(item.sequence(), item));
  }

  TopicRows.Watched watched() {
    List<TopicRows.WatchRow> rows = new ArrayList<>();
    watchers.forEach(
        (topic, nodes) ->
            nodes.forEach((node, stamp) -> rows.add(new TopicRows.WatchRow(topic, node, stamp))));
    return new TopicRows.Watched(new HashMap<>(topics), rows);
  }

  void apply(WriteSet writes, long nowMillis) {
    seq++;
    lastTurnMillis = nowMillis;
    if (writes.expiresMillis() != null) {
      expiresMillis = writes.expiresMillis();
    }
    if (writes.clear()) {
      entries.clear();
      expiries.clear();
      alarms.clear();
      items.clear();
    }
    writes.topics().forEach(this::apply);
    writes
        .entries()
        .forEach(
            (key, value) -> {
              expiries.remove(key);
              if (value == null) {
                entries.remove(key);
              } else {
                entries.put(key, value);
              }
            });
    expiries.putAll(writes.expiries());
    writes
        .alarms()
        .forEach(
            (name, row) -> {
              if (row == null) {
                alarms.remove(name);
              } else {
                alarms.put(name, new Alarm(id, name, row));
              }
            });
    writes
        .replies()
        .forEach(reply -> replies.putIfAbsent(reply.requestId(), new KeptReply(reply, nowMillis)));
    if (writes.version() > 0) {
      version = writes.version();
    }
    if (writes.release()) {
      owner = null;
    }
  }

  boolean isExpired(long nowMillis) {
    return !deleted && expiresMillis != 0 && expiresMillis <= nowMillis;
  }

  /** What has not expired. */
  NavigableMap<Key, byte[]> alive(long nowMillis) {
    NavigableMap<Key, byte[]> alive = new TreeMap<>(entries);
    alive.keySet().removeIf(key -> expiries.getOrDefault(key, Long.MAX_VALUE) <= nowMillis);
    return alive;
  }

  int removeExpired(long nowMillis) {
    int before = entries.size();
    entries.keySet().retainAll(alive(nowMillis).keySet());
    expiries.keySet().retainAll(entries.keySet());
    return before - entries.size();
  }

  Map<Key, Long> expiriesOf(Map<Key, byte[]> found) {
    Map<Key, Long> of = new HashMap<>(expiries);
    of.keySet().retainAll(found.keySet());
    return of;
  }

  NavigableMap<Key, byte[]> within(ObjectStore.Range range, long nowMillis) {
    Key from = range.from();
    Key to = range.to();
    NavigableMap<Key, byte[]> part = alive(nowMillis);
    if (from != null && to != null && from.compareTo(to) > 0) {
      return new TreeMap<>();
    }
    if (from != null) {
      part = part.tailMap(from, range.fromInclusive());
    }
    if (to != null) {
      part = part.headMap(to, false);
    }
    return part;
  }

  SortedMap<Key, byte[]> first(int maxKeys, int maxBytes, long nowMillis) {
    SortedMap<Key, byte[]> first = new TreeMap<>();
    long bytes = 0;
    for (Map.Entry<Key, byte[]> entry : alive(nowMillis).entrySet()) {
      bytes += entry.getKey().bytes().length + entry.getValue().length;
      if (first.size() == maxKeys || bytes > maxBytes) {
        break;
      }
      first.put(entry.getKey(), entry.getValue());
    }
    return first;
  }

  Map<String, WriteSet.AlarmRow> alarmRows() {
    Map<String, WriteSet.AlarmRow> rows = new HashMap<>();
    alarms.forEach((name, alarm) -> rows.put(name, alarm.row));
    return rows;
  }

  static final class Alarm {
    final ObjectId id;
    final String name;
    final WriteSet.AlarmRow row;
    int deliveries;
    long claimedUntilMillis;

    Alarm(ObjectId id, String name, WriteSet.AlarmRow row) {
      this.id = id;
      this.name = name;
      this.row = row;
    }
  }

  record KeptReply(WriteSet.Reply reply, long keptMillis) {}
}
