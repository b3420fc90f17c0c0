package dev.weft.durable.internal.store;

import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What became of a {@link Claim}. */
public sealed interface ClaimResult {
  /**
   * It is ours.
   *
   * @param epoch of this ownership
   * @param seq commits made before
   * @param version class version of the state; 0 for an object that was never committed
   * @param name the name stored with the id, if any
   * @param entries stored values, at most the first 256 keys and 256 KiB
   * @param complete whether these are all
   * @param expiries when those of them expire that do, in milliseconds of the database's clock
   * @param alarms all alarms set
   * @param watched its topics, and who watches them
   */
  record Claimed(
      long epoch,
      long seq,
      int version,
      @Nullable String name,
      SortedMap<Key, byte[]> entries,
      boolean complete,
      Map<Key, Long> expiries,
      Map<String, WriteSet.AlarmRow> alarms,
      TopicRows.Watched watched)
      implements ClaimResult {}

  /**
   * Another node owns it.
   *
   * @param incarnation the owner's
   * @param nodeId its {@link dev.weft.mesh.Mesh#nodeId()}
   * @param state whether it is going to give the object up
   */
  record Owned(String incarnation, String nodeId, OwnerState state) implements ClaimResult {}

  /** What becomes of another node's objects. */
  enum OwnerState {
    STAYS,
    /** It stops and gives up its objects, each as soon as it can. */
    LEAVES,
    /** Its lease has run out, so that it may be buried. */
    EXPIRED
  }

  /** Nothing was ever stored under the id. */
  record Absent() implements ClaimResult {}

  /** The state was written by a newer version of the class. */
  record TooNew(int version) implements ClaimResult {}

  /** This node has been buried, is draining, or never registered: it may take nothing. */
  record NodeDead() implements ClaimResult {}
}
