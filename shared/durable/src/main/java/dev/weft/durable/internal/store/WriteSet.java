package dev.weft.durable.internal.store;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one commit changes of one object; all of it or nothing.
 *
 * @param clear whether everything the object had stored is deleted first ({@code deleteAll})
 * @param entries the last value of each key written; null deletes the key
 * @param expiries when those of them expire that do, in milliseconds of the database's clock
 * @param alarms the last setting of each alarm named; null deletes it
 * @param replies replies to be kept under their request ids
 * @param records for projections, in their order
 * @param expiresMillis when the object expires; 0 never, null as before
 * @param version the class version the state now has; 0 leaves it
 * @param release whether the object has no owner afterwards
 * @param topics what is changed of topics, each once
 */
public record WriteSet(
    boolean clear,
    SortedMap<Key, byte @Nullable []> entries,
    Map<Key, Long> expiries,
    Map<String, @Nullable AlarmRow> alarms,
    List<Reply> replies,
    List<OutboxRecord> records,
    @Nullable Long expiresMillis,
    int version,
    boolean release,
    List<TopicRows.TopicWrite> topics) {

  /**
   * A record for a projection.
   *
   * @param stream the one it is for; 0 for all of the projection
   * @param kind {@link #RECORD}, {@link #DELETED} or {@link #BEGIN}
   * @param snapshot which telling of what the object has it belongs to; 0 for none
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record OutboxRecord(
      String projection, int stream, int kind, long snapshot, byte[] record) {
    /** What an object added. */
    public static final int RECORD = 0;

    /** The object is no more; written by the store itself. */
    public static final int DELETED = 1;

    /** The object begins to tell what it has. */
    public static final int BEGIN = 2;
  }

  /**
   * An alarm as it is stored.
   *
   * @param dueMillis when it fires, in milliseconds of the database's clock since 1970
   * @param scheduledMillis when it was first meant to fire: what its handler is told
   * @param failures runs that ended with an error of the handler
   */
  public record AlarmRow(long dueMillis, long scheduledMillis, int failures) {}

  /**
   * A reply kept for a request that may be repeated.
   *
   * @param failure whether the body is a {@link dev.weft.contracts.WeftError}
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Reply(String requestId, boolean failure, byte[] body) {}
}
