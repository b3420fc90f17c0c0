package dev.weft.durable.internal.instance;

import dev.weft.durable.Outbox;
import dev.weft.durable.Storage;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.store.Key;
import dev.weft.durable.internal.store.TopicRows;
import dev.weft.durable.internal.store.TopicRows.TopicWrite;
import dev.weft.durable.internal.store.WriteSet;
import dev.weft.durable.internal.store.WriteSet.AlarmRow;
import dev.weft.durable.internal.turn.WriteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the current stretch of a turn has written. Within a transaction, what was written before it
 * lies apart: that may be committed, the transaction's own not yet. Not thread-safe: for whoever
 * holds the object.
 */
public final class Writes {
  private WriteBuffer buffer = new WriteBuffer();
  private @Nullable WriteBuffer before;
  private int depth;

  public void put(Key key, byte @Nullable [] value) {
    put(key, value, 0);
  }

  /** Refuses what would be too much. */
  public void checkRoom(long more) {
    long size = more + buffer.bytes() + (before == null ? 0 : before.bytes());
    if (size > Storage.MAX_TURN_BYTES) {
      throw ObjectErrors.turnTooLarge(Storage.MAX_TURN_BYTES);
    }
  }

  /** Sets a value that expires; 0 for one that never does. */
  public void put(Key key, byte @Nullable [] value, long expiresMillis) {
    checkRoom(key.bytes().length + (value == null ? 0 : value.length));
    buffer.put(key, value, expiresMillis);
  }

  /** Adds a record for a projection. */
  public void record(WriteSet.OutboxRecord record) {
    if (buffer.records() + (before == null ? 0 : before.records()) >= Outbox.MAX_RECORDS) {
      throw ObjectErrors.outboxTooLarge(record.projection(), Outbox.MAX_RECORDS);
    }
    checkRoom(record.record().length);
    buffer.record(record);
  }

  /** Changes a topic. */
  public void topic(TopicWrite write) {
    for (TopicRows.ItemRow item : write.items()) {
      checkRoom(item.item().length);
    }
    buffer.topic(write);
  }

  /** The object expires then; 0 for never. */
  public void expires(long millis) {
    buffer.expires(millis);
  }

  public void alarm(String name, @Nullable AlarmRow row) {
    buffer.alarm(name, row);
  }

  public void reply(WriteSet.Reply reply) {
    buffer.reply(reply);
  }

  public void version(int version) {
    buffer.version(version);
  }

  public void clear() {
    buffer.clear();
  }

  public boolean touches(Key key) {
    return buffer.touches(key) || before != null && before.touches(key);
  }

  public boolean isEmpty() {
    return buffer.isEmpty() && (before == null || before.isEmpty());
  }

  /** Whether {@link #take} would find something. */
  public boolean hasToTake() {
    return !(before == null ? buffer : before).isEmpty();
  }

  /** Takes what may be committed; null when that is nothing. */
  public @Nullable WriteBuffer take() {
    if (!hasToTake()) {
      return null;
    }
    WriteBuffer taken;
    if (before == null) {
      taken = buffer;
      buffer = new WriteBuffer();
    } else {
      taken = before;
      before = new WriteBuffer();
    }
    return taken;
  }

  /**
   * Begins a transaction.
   *
   * @return what undoes its writes
   */
  public Runnable beginTransaction() {
    depth++;
    if (depth == 1) {
      before = buffer;
      buffer = new WriteBuffer();
      return () -> buffer = new WriteBuffer();
    }
    WriteBuffer outer = buffer.copy();
    return () -> buffer = outer;
  }

  /** The transaction is over, its writes undone or not; true when it was the outermost. */
  public boolean endTransaction() {
    depth--;
    WriteBuffer all = before;
    if (depth == 0 && all != null) {
      all.addAll(buffer);
      buffer = all;
      before = null;
    }
    return depth == 0;
  }
}
