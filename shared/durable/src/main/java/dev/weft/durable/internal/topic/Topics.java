package dev.weft.durable.internal.topic;

import dev.weft.durable.Retention;
import dev.weft.durable.internal.store.TopicRows.TopicRow;
import dev.weft.durable.internal.store.TopicRows.TopicWrite;
import dev.weft.durable.internal.store.TopicRows.WatchRow;
import dev.weft.durable.internal.store.TopicRows.Watched;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The topics of one instance. What turns do is for whoever holds the object; what is asked of
 * watchers is thread-safe.
 */
public final class Topics {
  /** So many topics an instance may have. */
  public static final int MAX_TOPICS = 256;

  private final Watched stored;
  private final long epoch;
  private final Map<String, TopicState> states = new ConcurrentHashMap<>(4);
  private final List<Runnable> deferred = new ArrayList<>(0);
  private int depth;
  private int unnamed;

  /**
   * @param stored what came with the claim
   * @param epoch of this ownership
   */
  public Topics(Watched stored, long epoch) {
    this.stored = stored;
    this.epoch = epoch;
  }

  /**
   * The topic of that name; null when there are too many.
   *
   * @param lasting whether the next instance has it too
   */
  public @Nullable TopicState open(String name, @Nullable Retention retention, boolean lasting) {
    TopicState known = states.get(name);
    if (known != null) {
      return known;
    }
    if (states.size() >= MAX_TOPICS) {
      return null;
    }
    TopicState made = new TopicState(name, retention, lasting, epoch, stored.topics().get(name));
    for (WatchRow row : stored.watchers()) {
      if (row.topic().equals(name)) {
        made.watch(row.nodeId(), row.stamp());
      }
    }
    states.put(name, made);
    return made;
  }

  /** A name for one that has none. */
  public String nameless(Class<?> itemType, boolean lasting) {
    unnamed++;
    return lasting
        ? "~" + unnamed + ":" + itemType.getSimpleName()
        : "~" + epoch + "." + unnamed + ":" + itemType.getSimpleName();
  }

  /** The topic of that name, if the instance has it; any thread. */
  public @Nullable TopicState find(String name) {
    return states.get(name);
  }

  /** All of them; any thread. */
  public Collection<TopicState> all() {
    return states.values();
  }

  /** Nodes on which somebody watches, each counted for each topic; any thread. */
  public int watchers() {
    int count = 0;
    for (TopicState state : states.values()) {
      count += state.watching().size();
    }
    return count;
  }

  // ---- transactions

  /** Lets something leave when the transaction that runs is kept, or at once where none runs. */
  public void emit(Runnable departure) {
    if (depth == 0) {
      departure.run();
    } else {
      deferred.add(departure);
    }
  }

  /**
   * Begins a transaction.
   *
   * @return what undoes what was published since
   */
  public Runnable beginTransaction() {
    depth++;
    int mark = deferred.size();
    List<Runnable> undo = new ArrayList<>(states.size());
    states.values().forEach(state -> undo.add(state.snapshot()));
    return () -> {
      undo.forEach(Runnable::run);
      deferred.subList(mark, deferred.size()).clear();
    };
  }

  /** The transaction is over, undone or not. */
  public void endTransaction() {
    depth--;
    if (depth == 0 && !deferred.isEmpty()) {
      List<Runnable> all = List.copyOf(deferred);
      deferred.clear();
      all.forEach(Runnable::run);
    }
  }

  // ---- the end

  /**
   * What the last commit says of topics that somebody watches and that keep nothing: from it the
   * next owner knows that nothing was published since.
   */
  public List<TopicWrite> atRelease() {
    List<TopicWrite> writes = new ArrayList<>(0);
    for (TopicState state : states.values()) {
      if (state.lasting() && !state.keeps() && !state.watching().isEmpty()) {
        writes.add(state.write(List.of(), 0, 0));
      }
    }
    // Those that this instance has not made, as the instance before has left them.
    for (Map.Entry<String, TopicRow> row : stored.topics().entrySet()) {
      TopicRow before = row.getValue();
      if (!states.containsKey(row.getKey()) && before.epoch() == epoch - 1 && isWatched(row)) {
        TopicRow now = new TopicRow(before.sequence(), before.total(), epoch, before.ended());
        writes.add(new TopicWrite(row.getKey(), now, List.of(), 0, 0));
      }
    }
    return writes;
  }

  private boolean isWatched(Map.Entry<String, TopicRow> row) {
    return stored.watchers().stream().anyMatch(each -> each.topic().equals(row.getKey()));
  }
}
