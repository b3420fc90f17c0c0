package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.store.TopicRows.ItemPage;
import dev.weft.durable.internal.store.TopicRows.TopicStanding;
import dev.weft.durable.internal.store.TopicRows.WatchedTopic;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The authority on who owns an object and what it has stored. No method blocks; futures complete on
 * any thread. A failed future of a method that changes something means that nothing is known of the
 * change, except where the method says otherwise.
 */
public interface ObjectStore {

  /** The schema of its tables, where it is in PostgreSQL. */
  String SCHEMA = "objects";

  // ---- nodes

  /**
   * Makes a new incarnation of this node, alive for the time given.
   *
   * @param incarnation a fresh id
   * @param nodeId the node's {@link dev.weft.mesh.Mesh#nodeId()}
   * @param tag what a supervisor knows the process by; empty when there is none
   */
  Future<Void> register(String incarnation, String nodeId, String tag, Duration ttl);

  /** Prolongs a lease; false when the incarnation is dead. */
  Future<Boolean> renew(String incarnation, Duration ttl);

  /** Marks the incarnation as one that takes no new objects; it goes on to renew. */
  Future<Void> drain(String incarnation);

  /**
   * Buries every node whose lease has run out, unless the database server itself started less than
   * the grace ago, and ends the database sessions of those buried.
   *
   * @return the incarnations buried by this call
   */
  Future<List<String>> buryExpired(Duration grace);

  /** Buries one incarnation at once: one's own, or one whose process is known to have ended. */
  Future<Void> bury(String incarnation);

  // ---- ownership

  /**
   * Claims objects for an incarnation and reads what they have stored, as it is after the claim.
   *
   * @return one result for each claim, in their order
   */
  Future<List<ClaimResult>> claim(String incarnation, List<Claim> claims);

  /** Which of these are still owned at the epoch given, in their order. */
  Future<List<Boolean>> confirm(List<ObjectId> ids, List<Long> epochs);

  // ---- commits

  /**
   * A way for commits, with a connection of its own. A commit of an object is given to a lane only
   * when the one before it has been answered.
   *
   * @param incarnation names the sessions, so that they can be ended when the node is buried
   * @param mayGoOn false once this node's lease is over: commits whose fate is still open are then
   *     answered {@link CommitResult.Unknown}
   */
  Lane openLane(String incarnation, BooleanSupplier mayGoOn);

  /** See {@link #openLane}. */
  interface Lane {
    /**
     * Commits a batch in one statement; the next batch is given when this one is answered. Handles
     * a lost connection (asks what became of it, and sends again what did not arrive), a passing
     * refusal (tries again) and a bad object (finds it; the others are committed). Never fails.
     *
     * @param batch each object at most once
     * @return one result for each commit, in their order
     */
    Future<List<CommitResult>> commit(List<Commit> batch);

    Future<Void> close();
  }

  // ---- reads

  /** Values of keys, absent ones left out, and those that have expired. */
  Future<Found> read(ObjectId id, List<Key> keys);

  /**
   * Keys and values.
   *
   * @param expiries when those expire that do, in milliseconds of the database's clock
   */
  record Found(SortedMap<Key, byte[]> values, Map<Key, Long> expiries) {}

  /** A range of what is stored and has not expired. */
  Future<SortedMap<Key, byte[]>> range(ObjectId id, Range range);

  /**
   * A range of keys; in the order of the keys, or reversed.
   *
   * @param from first key, null for the beginning
   * @param fromInclusive whether that key itself belongs to it
   * @param to first key beyond, null for the end
   * @param limit at most so many; {@link Integer#MAX_VALUE} for all
   */
  record Range(
      @Nullable Key from, boolean fromInclusive, @Nullable Key to, boolean reverse, int limit) {}

  /** The reply kept under a request id. */
  Future<Optional<WriteSet.Reply>> reply(ObjectId id, String requestId);

  // ---- alarms

  /**
   * Takes due alarms of the namespaces that no other node has taken within the hold, the longest
   * due first, and counts the delivery.
   */
  Future<List<DueAlarm>> takeDue(List<String> namespaces, Duration hold, int limit);

  /**
   * An alarm to be delivered.
   *
   * @param dueMillis as stored: identifies the setting that is meant
   * @param deliveries how often it has been taken, this time included
   */
  record DueAlarm(ObjectId id, String alarm, long dueMillis, int deliveries) {}

  // ---- topics

  /**
   * Notes that somebody watches on a node, while the object is owned at that epoch.
   *
   * @param stamp the node's own, rising
   * @return false when it is not owned so any more
   */
  Future<Boolean> watch(
      ObjectId id, String incarnation, long epoch, String topic, String nodeId, long stamp);

  /** Nobody watches on the node any more, unless it came back with a later stamp. */
  Future<Void> unwatch(String nodeId, List<WatchedTopic> topics);

  /** Nobody watches on the node any more: it is gone. */
  Future<Void> unwatchAll(String nodeId);

  /** Nodes on which somebody watches something. */
  Future<List<String>> watchingNodes();

  /** A page of kept items after a sequence; at least one when there is any. */
  Future<ItemPage> items(ObjectId id, String topic, long after, int limit, long maxBytes);

  /**
   * Where topics stand, in their order. Notes too, where that was lost, that the node watches them.
   */
  Future<List<TopicStanding>> standings(String nodeId, List<WatchedTopic> topics);

  // ---- projections

  /**
   * Has the listener called when a lane has committed records; a store that cannot tell leaves it
   * to those who read them to look. On any thread.
   */
  default void onRecords(Runnable listener) {}

  /** The projections there are, by name. */
  Future<List<ProjectionRow>> projections();

  /**
   * A projection.
   *
   * @param building whether it is built for the first time, or anew
   * @param waiting records not applied yet, those on hold included; at most 10,000 are counted
   * @param oldestMillis age of the oldest of them that is not on hold
   */
  record ProjectionRow(
      String name,
      String namespace,
      int version,
      boolean building,
      int waiting,
      long oldestMillis,
      List<HeldRow> held) {}

  /** An object with a record that cannot be applied. */
  record HeldRow(ObjectId id, int failures, long retryMillis, String error) {}

  /** Asks for a projection to be built anew; false when there is none that is complete. */
  Future<Boolean> rebuild(String projection);

  // ---- expiry

  /**
   * Takes objects of the namespaces that have expired and that no other node has taken within the
   * hold, the longest expired first.
   */
  Future<List<ObjectId>> takeExpired(List<String> namespaces, Duration hold, int limit);

  /** Whether an object has expired and is still there. */
  Future<Boolean> isExpired(ObjectId id);

  /**
   * As {@link #delete}, if the object has expired and its life was not prolonged since; false too
   * when that is so.
   */
  Future<Boolean> deleteExpired(ObjectId id, String incarnation, long epoch);

  /** Deletes keys that have expired, at most so many; returns how many. */
  Future<Integer> deleteExpiredKeys(int limit);

  /** Milliseconds of the database's clock since 1970. */
  Future<Long> now();

  /** Deletes replies kept longer than the time given, and old history; returns how many rows. */
  Future<Integer> tidy(Duration keepReplies);

  // ---- inspection

  /**
   * Objects of a namespace whose names begin so, by name; those without a name come last and only
   * for an empty beginning.
   *
   * @param afterHex the last one of the page before; from the beginning when it is not there
   */
  Future<List<ObjectRow>> list(
      String namespace, String namePrefix, @Nullable String afterHex, int limit);

  /** What is known of one object. */
  Future<Optional<ObjectRow>> find(ObjectId id);

  /**
   * An object as the database knows it.
   *
   * @param ownerNodeId null when it has no owner
   */
  record ObjectRow(
      ObjectId id,
      @Nullable String ownerNodeId,
      long epoch,
      long seq,
      int version,
      long lastTurnMillis) {}

  /** Epochs of an object, the newest first. */
  Future<List<EpochRow>> epochs(ObjectId id, int limit);

  /** One ownership. */
  record EpochRow(long epoch, String incarnation, String nodeId, long sinceMillis) {}

  /** Keys of a range and the sizes of their values in bytes, in its order. */
  Future<List<KeySize>> keys(ObjectId id, Range range);

  /** A stored key. */
  record KeySize(Key key, int valueBytes) {}

  /** Alarms set, with names. */
  Future<Map<String, WriteSet.AlarmRow>> alarms(ObjectId id);

  /**
   * Deletes an object that was claimed to that end, with all it stored; false when it has been
   * claimed again since. Its epochs go on should it be made anew.
   */
  Future<Boolean> delete(ObjectId id, String incarnation, long epoch);

  Future<Void> close();
}
