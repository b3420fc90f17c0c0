package dev.weft.durable.internal.project;

import com.fasterxml.jackson.databind.JavaType;
import dev.weft.durable.Outbox;
import dev.weft.durable.Projection;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.values.ValueCodec;

/** The records of a projection as they are stored. Thread-safe. */
public final class Records<R> {
  private final Projection<R> projection;
  private final JavaType type;

  public Records(Projection<R> projection) {
    this.projection = projection;
    this.type = ValueCodec.mapper().constructType(projection.recordType());
  }

  /**
   * A record's bytes.
   *
   * @throws dev.weft.contracts.WeftException {@code object:record.too_large}, {@code
   *     object:record.invalid}
   */
  public byte[] encode(R record) {
    byte[] bytes;
    try {
      bytes = ValueCodec.encode(record, type);
    } catch (ValueCodec.Unkept e) {
      throw ObjectErrors.badRecord(
          projection.name(), "a " + record.getClass().getName() + ": " + e.getMessage() + ".");
    }
    if (bytes.length > Outbox.MAX_RECORD_BYTES) {
      throw ObjectErrors.recordTooLarge(projection.name(), bytes.length, Outbox.MAX_RECORD_BYTES);
    }
    return bytes;
  }

  /**
   * The record in the bytes.
   *
   * @throws dev.weft.contracts.WeftException {@code json:invalid}
   */
  R decode(byte[] bytes) {
    return ValueCodec.decode(bytes, projection.recordType());
  }
}
