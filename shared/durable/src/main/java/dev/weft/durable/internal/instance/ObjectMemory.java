package dev.weft.durable.internal.instance;

import dev.weft.durable.internal.store.ClaimResult;
import dev.weft.durable.internal.topic.Topics;
import dev.weft.durable.internal.turn.StateCache;

/**
 * What an instance has of its object in memory: values, alarms, and what the current stretch has
 * written of them. Not thread-safe: for whoever holds the object.
 */
public final class ObjectMemory {
  private final StateCache cache = new StateCache();
  private final Writes writes = new Writes();
  private final AlarmTable alarms;
  private final Topics topics;

  /** Begins with what came with the claim. */
  ObjectMemory(ClaimResult.Claimed claimed) {
    cache.load(claimed.entries(), claimed.complete(), claimed.expiries());
    alarms = new AlarmTable(claimed.alarms(), writes);
    topics = new Topics(claimed.watched(), claimed.epoch());
  }

  public StateCache cache() {
    return cache;
  }

  public Writes writes() {
    return writes;
  }

  public AlarmTable alarms() {
    return alarms;
  }

  public Topics topics() {
    return topics;
  }

  /** Everything is deleted. */
  public void clear() {
    writes.clear();
    cache.clear();
    alarms.clear();
  }

  /**
   * Forgets values that the database has too, when there are too many.
   *
   * @param commits what is not there yet
   */
  public void trim(Commits commits, long maxBytes) {
    // What a constructor has written is sealed by the first turn: until then nothing is forgotten.
    if (cache.bytes() > maxBytes && !commits.clears() && writes.isEmpty()) {
      cache.forget(commits::touches);
      // A cache that knew all had no need to note what is absent.
      commits.forEachDeleted(key -> cache.learn(key, null));
    }
  }
}
