package dev.weft.durable.internal.project;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.weft.durable.Outbox;
import dev.weft.durable.Projection;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.json.Json;

/** The records of a projection as they are stored. Thread-safe. */
public final class Records<R> {
  private final Projection<R> projection;
  private final ObjectWriter writer;

  public Records(Projection<R> projection) {
    this.projection = projection;
    this.writer = Json.mapper().writerFor(projection.recordType());
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
      bytes = writer.writeValueAsBytes(record);
    } catch (JsonProcessingException e) {
      throw ObjectErrors.badRecord(
          projection.name(), record.getClass().getName() + " cannot be written as JSON.");
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
    return Json.decode(bytes, projection.recordType());
  }
}
