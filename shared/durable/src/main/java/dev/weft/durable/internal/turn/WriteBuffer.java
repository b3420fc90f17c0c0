package dev.weft.durable.internal.turn;

import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.store.TopicRows;
import dev.weft.durable.internal.store.TopicRows.TopicWrite;
import dev.weft.durable.internal.store.WriteSet;
import dev.weft.durable.internal.store.WriteSet.AlarmRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Changes of one object that are not committed yet, the last of each key. Not thread-safe. */
public final class WriteBuffer {
  private static final int ALARM_BYTES = 24;

  /** What a record takes beside its own bytes. */
  private static final int RECORD_BYTES = 64;

  private boolean clear;
  private TreeMap<Key, byte @Nullable []> entries = new TreeMap<>();
  private Map<String, @Nullable AlarmRow> alarms = Map.of();
  private List<WriteSet.Reply> replies = List.of();
  private Map<Key, Long> expiries = Map.of();
  private List<WriteSet.OutboxRecord> records = List.of();
  private Map<String, TopicWrite> topics = Map.of();
  private @Nullable Long expiresMillis;
  private int version;
  private int bytes;
  private int recordBytes;

  public boolean isEmpty() {
    return !clear
        && entries.isEmpty()
        && alarms.isEmpty()
        && replies.isEmpty()
        && records.isEmpty()
        && topics.isEmpty()
        && expiresMillis == null
        && version == 0;
  }

  /** Bytes of all of it, roughly: what is written twice counts twice. */
  public int bytes() {
    return bytes;
  }

  public boolean touches(Key key) {
    return entries.containsKey(key);
  }

  /** Keys that are deleted one by one. */
  public void forEachDeleted(Consumer<Key> action) {
    entries.forEach(
        (key, value) -> {
          if (value == null) {
            action.accept(key);
          }
        });
  }

  public boolean clears() {
    return clear;
  }

  /** Sets a value, or deletes the key when it is null. */
  public void put(Key key, byte @Nullable [] value) {
    put(key, value, 0);
  }

  /** Sets a value that expires; 0 for one that never does. */
  public void put(Key key, byte @Nullable [] value, long keyExpiresMillis) {
    entries.put(key, value);
    if (keyExpiresMillis != 0) {
      if (expiries.isEmpty()) {
        expiries = new HashMap<>();
      }
      expiries.put(key, keyExpiresMillis);
    } else if (!expiries.isEmpty()) {
      expiries.remove(key);
    }
    bytes += key.bytes().length + (value == null ? 0 : value.length);
  }

  /** Sets an alarm, or deletes it when it is null. */
  public void alarm(String name, @Nullable AlarmRow row) {
    if (alarms.isEmpty()) {
      alarms = new HashMap<>();
    }
    alarms.put(name, row);
    bytes += name.length() + ALARM_BYTES;
  }

  public void reply(WriteSet.Reply reply) {
    if (replies.isEmpty()) {
      replies = new ArrayList<>();
    }
    replies.add(reply);
    bytes += reply.body().length + reply.requestId().length();
  }

  /** Adds a record for a projection. */
  public void record(WriteSet.OutboxRecord record) {
    if (records.isEmpty()) {
      records = new ArrayList<>();
    }
    records.add(record);
    bytes += record.record().length + RECORD_BYTES;
    recordBytes += record.record().length + RECORD_BYTES;
  }

  /** Changes a topic, after what was changed of it before. */
  public void topic(TopicWrite write) {
    if (topics.isEmpty()) {
      topics = new HashMap<>();
    }
    topics.merge(write.topic(), write, TopicWrite::and);
    int added = RECORD_BYTES;
    for (TopicRows.ItemRow item : write.items()) {
      added += item.item().length + RECORD_BYTES;
    }
    bytes += added;
    recordBytes += added;
  }

  /** How many records there are. */
  public int records() {
    return records.size();
  }

  /** The object expires then; 0 for never. */
  public void expires(long millis) {
    expiresMillis = millis;
  }

  public void version(int newVersion) {
    version = newVersion;
  }

  /**
   * Deletes everything stored; replies, records, new items of topics and the object's own expiry
   * are kept.
   */
  public void clear() {
    clear = true;
    entries = new TreeMap<>();
    expiries = Map.of();
    alarms = Map.of();
    bytes = recordBytes;
  }

  /** A copy that later changes of this one do not reach; values are shared. */
  public WriteBuffer copy() {
    WriteBuffer copy = new WriteBuffer();
    copy.clear = clear;
    copy.entries = new TreeMap<>(entries);
    copy.expiries = expiries.isEmpty() ? Map.of() : new HashMap<>(expiries);
    copy.records = records.isEmpty() ? List.of() : new ArrayList<>(records);
    copy.topics = topics.isEmpty() ? Map.of() : new HashMap<>(topics);
    copy.recordBytes = recordBytes;
    copy.expiresMillis = expiresMillis;
    copy.alarms = alarms.isEmpty() ? Map.of() : new HashMap<>(alarms);
    copy.replies = replies.isEmpty() ? List.of() : new ArrayList<>(replies);
    copy.version = version;
    copy.bytes = bytes;
    return copy;
  }

  /** Adds the changes of a later buffer. */
  public void addAll(WriteBuffer later) {
    if (later.clear) {
      clear();
    }
    int together = bytes + later.bytes;
    if (expiries.isEmpty() && later.expiries.isEmpty()) {
      entries.putAll(later.entries);
    } else {
      later.entries.forEach((key, value) -> put(key, value, later.expiries.getOrDefault(key, 0L)));
    }
    later.records.forEach(this::record);
    later.topics.values().forEach(this::topic);
    if (later.expiresMillis != null) {
      expiresMillis = later.expiresMillis;
    }
    later.alarms.forEach(this::alarm);
    later.replies.forEach(this::reply);
    bytes = together;
    if (later.version > 0) {
      version = later.version;
    }
  }

  /** As one commit takes it; this buffer must not be changed afterwards. */
  public WriteSet toWriteSet(boolean release) {
    return new WriteSet(
        clear,
        entries,
        expiries,
        alarms,
        replies,
        records,
        expiresMillis,
        version,
        release,
        List.copyOf(topics.values()));
  }
}
