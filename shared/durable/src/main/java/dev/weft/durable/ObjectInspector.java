package dev.weft.durable;

import dev.weft.contracts.objects.ObjectId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Objects seen from outside, for people and their tools. Thread-safe. Fails with {@code
 * object:id.not_found} where there is no such object.
 */
public interface ObjectInspector {

  /**
   * Objects of a namespace by name, whether active or not.
   *
   * @param namePrefix what their names begin with; empty for all, those without a name too
   * @param after the id of the last one seen, as digits; null for the first page
   * @return fails with {@code object:request.invalid} when that is no id
   */
  Future<List<Summary>> list(
      String namespace, String namePrefix, @Nullable String after, int limit);

  /** One object, from the node that owns it if there is one. */
  Future<Details> inspect(ObjectId id);

  /** Drops an idle instance; false when there was none or it is busy. */
  Future<Boolean> evict(ObjectId id);

  /**
   * Resets an instance, whatever it does: what it has not committed is undone. For one that is
   * stuck. False when there was none.
   */
  Future<Boolean> reset(ObjectId id);

  /**
   * Deletes an object with all it stored, its alarms and the replies it kept. An instance of it is
   * reset first, whatever it does, and what it has not committed does not come later. A call that
   * follows makes the object anew; {@link Stub#existing} does not. Of the object stays a row with
   * its digits and its last epoch, from which its epochs then go on.
   *
   * <p>False when there was none. Fails with {@code object:owner.unavailable} when its owner does
   * not answer and is not yet known to be dead, and with an error of the mesh when no node hosts
   * objects of its namespace: try again.
   */
  Future<Boolean> delete(ObjectId id);

  /** The projections there are, by name. */
  Future<List<ProjectionStatus>> projections();

  /**
   * Has a projection's tables built anew from the objects, beside those in use, by a node that runs
   * its projector; false when there is no such projection in use.
   */
  Future<Boolean> rebuild(String projection);

  /**
   * A projection.
   *
   * @param version of the tables in use, or of those that are built for the first time
   * @param building whether tables are being built
   * @param waiting records that are not applied yet; at most 10,000 are counted
   * @param lagMillis age of the oldest of them, those on hold apart
   * @param held objects with a record that cannot be applied; at most 100
   */
  record ProjectionStatus(
      String name,
      String namespace,
      int version,
      boolean building,
      int waiting,
      long lagMillis,
      List<HeldObject> held) {
    public ProjectionStatus {
      held = List.copyOf(held);
    }
  }

  /**
   * An object whose next record cannot be applied.
   *
   * @param failures attempts so far
   * @param retry when it is tried again
   * @param error what went wrong the last time
   */
  record HeldObject(String id, @Nullable String name, int failures, Instant retry, String error) {}

  /**
   * An object as the database knows it.
   *
   * @param owner the node that owns it; null when none does
   * @param commits how often it has committed
   */
  record Summary(
      String id,
      @Nullable String name,
      @Nullable String owner,
      long epoch,
      long commits,
      int version,
      Instant lastCommit) {}

  /**
   * One object.
   *
   * @param active what its owner says of the instance; null when there is none
   * @param keys its first 1,000 keys
   * @param failing how its owner fails to make an instance; null when it does not
   */
  record Details(
      Summary summary,
      @Nullable Active active,
      List<StoredKey> keys,
      List<SetAlarm> alarms,
      List<Ownership> epochs,
      @Nullable Failing failing) {
    public Details {
      keys = List.copyOf(keys);
      alarms = List.copyOf(alarms);
      epochs = List.copyOf(epochs);
    }
  }

  /**
   * An object whose constructor, or migration, throws.
   *
   * @param failures one after the other
   * @param since the first of them
   * @param retryMillis until it is tried again by who calls it then; 0 for at once
   * @param error what it threw the last time
   */
  record Failing(int failures, Instant since, long retryMillis, String error) {}

  /**
   * An instance.
   *
   * @param state claiming, ready, releasing
   * @param queued calls that wait for their turn
   * @param running turns begun and not ended
   * @param pins why it may not be dropped now; empty when it may
   * @param turns the last ones, the newest first
   */
  record Active(
      String state,
      long idleMillis,
      int queued,
      int running,
      int uncommitted,
      int watchers,
      int cachedBytes,
      List<String> pins,
      List<TurnSummary> turns) {
    public Active {
      pins = List.copyOf(pins);
      turns = List.copyOf(turns);
    }
  }

  /**
   * A turn that ended.
   *
   * @param waitedMicros in the queue
   * @param ranMicros from its start to its end, waits included
   * @param failure code of the error it ended with; null when it did not
   */
  record TurnSummary(
      String what, Instant began, long waitedMicros, long ranMicros, @Nullable String failure) {}

  record StoredKey(String key, int bytes) {}

  record SetAlarm(String name, Instant due, int failures) {}

  record Ownership(long epoch, String node, Instant since) {}
}
