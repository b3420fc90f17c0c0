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
 * @param alarms the last setting of each alarm named; null deletes it
 * @param replies replies to be kept under their request ids
 * @param version the class version the state now has; 0 leaves it
 * @param release whether the object has no owner afterwards
 */
public record WriteSet(
    boolean clear,
    SortedMap<Key, byte @Nullable []> entries,
    Map<String, @Nullable AlarmRow> alarms,
    List<Reply> replies,
    int version,
    boolean release) {

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
