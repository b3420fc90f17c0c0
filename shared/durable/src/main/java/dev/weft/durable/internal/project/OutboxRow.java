package dev.weft.durable.internal.project;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.WriteSet;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What was taken out of the outbox.
 *
 * @param kind one of {@link WriteSet.OutboxRecord}'s
 * @param snapshot the telling that it belongs to; 0 when a turn added it on its own account
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record OutboxRow(long position, int kind, long snapshot, ObjectId object, byte[] record) {

  static OutboxRow of(Row row, String namespace) {
    int kind = row.getInteger(1);
    byte[] record = row.getBuffer(4).getBytes();
    String name = row.getString(5);
    if (kind == WriteSet.OutboxRecord.DELETED) {
      // Its row has forgotten the name.
      name = record.length == 0 ? null : new String(record, StandardCharsets.UTF_8);
    }
    return new OutboxRow(
        row.getLong(0), kind, row.getLong(2), id(namespace, row.getBuffer(3), name), record);
  }

  static ObjectId id(String namespace, Buffer bytes, @Nullable String name) {
    return new ObjectId(namespace, bytes.getBytes(), name);
  }
}
