package dev.weft.durable;

/**
 * What an object has for a {@link Projection}. For the threads of the object's own turns only.
 *
 * @param <R> the records
 */
public interface Outbox<R> {

  /** Most records of one uninterrupted stretch of a turn. */
  int MAX_RECORDS = 1_000;

  /** Largest record, in bytes of JSON. */
  int MAX_RECORD_BYTES = 256 * 1_024;

  /**
   * Adds a record. It is committed with what the stretch of the turn writes, before or after: the
   * projection gets it if and only if that is. A transaction that throws takes its records back;
   * {@link Storage#deleteAll} does not, since a record tells what has happened.
   *
   * @throws dev.weft.contracts.WeftException {@code object:record.too_large}, {@code
   *     object:record.invalid} (no JSON), {@code object:outbox.too_large} (too many records), or
   *     {@code object:turn.too_large}; what was written before stays
   */
  void add(R record);
}
