package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;

/** Values as the database takes them. */
final class Params {

  static Buffer bytes(byte[] bytes) {
    return Buffer.buffer(bytes);
  }

  static Buffer id(ObjectId id) {
    return Buffer.buffer(id.bytes());
  }

  static Buffer[] ids(List<ObjectId> ids) {
    return ids.stream().map(Params::id).toArray(Buffer[]::new);
  }

  static byte[] bytes(Row row, int column) {
    return row.getBuffer(column).getBytes();
  }

  static Key key(Row row, int column) {
    return new Key(bytes(row, column));
  }

  /** Seconds, as statements turn them into intervals. */
  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private Params() {}
}
