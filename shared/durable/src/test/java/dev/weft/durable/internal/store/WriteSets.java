package dev.weft.durable.internal.store;

import dev.weft.durable.internal.store.WriteSet.AlarmRow;
import dev.weft.durable.internal.store.WriteSet.OutboxRecord;
import dev.weft.durable.internal.store.WriteSet.Reply;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Write sets of tests that are about parts of them. */
public final class WriteSets {

  /** One without expiries, records and topics. */
  public static WriteSet of(
      boolean clear,
      SortedMap<Key, byte @Nullable []> entries,
      Map<String, @Nullable AlarmRow> alarms,
      List<Reply> replies,
      int version,
      boolean release) {
    return of(clear, entries, Map.of(), alarms, replies, List.of(), null, version, release);
  }

  /** One without topics. */
  public static WriteSet of(
      boolean clear,
      SortedMap<Key, byte @Nullable []> entries,
      Map<Key, Long> expiries,
      Map<String, @Nullable AlarmRow> alarms,
      List<Reply> replies,
      List<OutboxRecord> records,
      @Nullable Long expiresMillis,
      int version,
      boolean release) {
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
        List.of());
  }

  private WriteSets() {}
}
