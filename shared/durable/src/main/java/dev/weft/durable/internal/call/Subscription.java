package dev.weft.durable.internal.call;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.WatchEndpoints.Followed;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.durable.internal.call.WatchEndpoints.Item;
import dev.weft.durable.internal.call.WatchEndpoints.Kept;
import dev.weft.durable.internal.call.WatchEndpoints.News;
import dev.weft.durable.internal.call.WatchEndpoints.Standing;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A topic of an object as this node follows it, for all who watch it here: its last items, which
 * they read each at its own pace. Items are put in the order of their sequences, each after the one
 * that it says it follows; where one is missing, those behind it wait until it is found in storage,
 * or is given up. Thread-safe.
 */
final class Subscription {
  /** Items held for those who read slowly; of those who are further behind, storage takes care. */
  private static final long MAX_BYTES = 4 << 20;

  /** The same of all subscriptions of a node together. */
  private static final long MAX_NODE_BYTES = 64 << 20;

  private static final long MAX_PARKED_BYTES = 1 << 20;
  private static final long FIRST_TRIM_BYTES = 64 << 10;
  private static final int BYTES_BESIDE = 128;

  private final ObjectId id;
  private final String topic;
  private final AtomicLong nodeBytes;
  private final Keeper keeper;
  private final Set<Cursor> cursors = new LinkedHashSet<>();
  private final TreeMap<Long, Fragment> items = new TreeMap<>();
  private final TreeMap<Long, Item> parked = new TreeMap<>();
  private @Nullable Followed followed;

  /** What was pushed before anybody has followed it. */
  private @Nullable Followed unproven;

  private @Nullable String owner;
  private boolean keeps;

  /** Whether it is known where it stands. */
  private boolean placed;

  /** Those who have had the item of this sequence, or a later one, find the next here. */
  private long base;

  private long last;

  /** The last item that there is as far as is known. */
  private long expected;

  /** Items before this one were never here. */
  private long jumpedTo;

  private long endsAt = Long.MAX_VALUE;
  private @Nullable WeftException failure;
  private long bytes;
  private long parkedBytes;
  private long trimAtBytes = FIRST_TRIM_BYTES;
  private boolean searching;
  private boolean quiet;

  /**
   * @param nodeBytes what all subscriptions of the node hold
   * @param keeper told what it cannot do itself
   */
  Subscription(ObjectId id, String topic, AtomicLong nodeBytes, Keeper keeper) {
    this.id = id;
    this.topic = topic;
    this.nodeBytes = nodeBytes;
    this.keeper = keeper;
  }

  /** The node, as one of its subscriptions sees it. Called without the subscription's lock. */
  interface Keeper {
    /** Items are missing: look for them in storage. */
    void search(Subscription subscription, long after);

    /** Items are missing that may be late: {@link #overdue} is to be called in a while. */
    void wait(Subscription subscription);
  }

  /** What there is to read after an item. */
  sealed interface Next {}

  /** So far nothing. */
  record Nothing() implements Next {}

  /** Items, the first of them the next one. */
  record Some(List<Map.Entry<Long, Fragment>> items) implements Next {}

  /** The next one is not here, but may be in storage. */
  record Stored() implements Next {}

  /** Nothing any more. */
  record End() implements Next {}

  /** It cannot go on. */
  record Broken(WeftException why) implements Next {}

  ObjectId id() {
    return id;
  }

  String topic() {
    return topic;
  }

  /** What this node may ask with; null while nobody has followed it yet. */
  synchronized @Nullable Followed followed() {
    return followed;
  }

  /** The node that had the object last, as far as is known. */
  synchronized @Nullable String owner() {
    return owner;
  }

  // ---- who watches

  /** Somebody watches, after the topic was followed. */
  synchronized void join(Cursor cursor, Following following) {
    followed = new Followed(id.hex(), topic, following.ticket());
    owner = following.owner();
    keeps = following.keeps();
    if (!placed) {
      place(following.sequence());
    }
    if (following.ended()) {
      endsAt = Math.min(endsAt, following.sequence());
      expected = Math.max(expected, following.sequence());
    }
    cursors.add(cursor);
  }

  private void place(long sequence) {
    placed = true;
    base = sequence;
    last = sequence;
    expected = sequence;
    jumpedTo = sequence;
  }

  /** Somebody watches no more; true when nobody does. */
  synchronized boolean leave(Cursor cursor) {
    cursors.remove(cursor);
    return cursors.isEmpty();
  }

  /** What can be read here comes after this one. */
  synchronized long base() {
    return base;
  }

  synchronized boolean isEmpty() {
    return cursors.isEmpty();
  }

  /** Whether somebody who comes now is to begin with another. */
  synchronized boolean isOver() {
    return failure != null;
  }

  /** It is not used any more. */
  synchronized void close() {
    nodeBytes.addAndGet(-bytes);
    bytes = 0;
    items.clear();
    parked.clear();
  }

  /** What one reads next who has had the item of that sequence. */
  synchronized Next next(long after, int most) {
    if (after < base) {
      if (keeps) {
        return new Stored();
      }
      return new Broken(
          after < jumpedTo
              ? ObjectErrors.itemsGone(id, after, base)
              : ObjectErrors.watcherBehind(id, last));
    }
    if (after < last) {
      List<Map.Entry<Long, Fragment>> some = new ArrayList<>();
      for (Map.Entry<Long, Fragment> each : items.tailMap(after, false).entrySet()) {
        some.add(Map.entry(each.getKey(), each.getValue()));
        if (some.size() == most) {
          break;
        }
      }
      return new Some(some);
    }
    WeftException why = failure;
    if (why != null) {
      return new Broken(why);
    }
    return last >= endsAt ? new End() : new Nothing();
  }

  // ---- what comes

  /**
   * Whether news bear the ticket of this node. While it has none yet, those that come must all bear
   * the same, which is compared when it has.
   */
  synchronized boolean accepts(News news) {
    if (followed == null && unproven == null) {
      unproven = news.topic();
    }
    return isOf(news.topic());
  }

  /** Whether what has come until now bears that ticket. */
  synchronized boolean isOf(Followed proof) {
    Followed known = followed == null ? unproven : followed;
    return known == null || known.equals(proof);
  }

  /** News of the topic. */
  void receive(News news) {
    boolean missing;
    synchronized (this) {
      quiet = false;
      owner = news.owner();
      news.items().forEach(this::take);
      if (!placed) {
        place(news.sequence());
      }
      unpark();
      expected = Math.max(expected, news.sequence());
      if (Boolean.TRUE.equals(news.ended())) {
        endsAt = news.sequence();
      }
      if (Boolean.TRUE.equals(news.lost())) {
        failure = ObjectErrors.reset(id, "is over.", Outcome.UNKNOWN);
      }
      missing = expected > last && failure == null && !searching;
      searching |= missing;
    }
    follow(missing);
  }

  private void take(Item item) {
    if (!placed) {
      place(item.previous());
    }
    if (item.sequence() <= last) {
      return;
    }
    if (item.previous() <= last) {
      append(item);
    } else {
      park(item);
    }
  }

  private void append(Item item) {
    items.put(item.sequence(), item.value());
    last = item.sequence();
    expected = Math.max(expected, last);
    long size = size(item.value());
    bytes += size;
    nodeBytes.addAndGet(size);
    if (bytes > trimAtBytes) {
      trim();
    }
    while (bytes > MAX_BYTES || nodeBytes.get() > MAX_NODE_BYTES && items.size() > 1) {
      dropFirst();
    }
  }

  private static long size(Fragment value) {
    return BYTES_BESIDE + value.json().length;
  }

  private void dropFirst() {
    Map.Entry<Long, Fragment> first = items.pollFirstEntry();
    base = first.getKey();
    bytes -= size(first.getValue());
    nodeBytes.addAndGet(-size(first.getValue()));
  }

  /** Drops what everybody has had. */
  synchronized void trim() {
    long had = last;
    for (Cursor cursor : cursors) {
      long position = cursor.position();
      // Who reads from storage will do so to the end.
      if (position >= base) {
        had = Math.min(had, position);
      }
    }
    while (!items.isEmpty() && items.firstKey() <= had) {
      dropFirst();
    }
    trimAtBytes = 2 * bytes + FIRST_TRIM_BYTES;
  }

  private void park(Item item) {
    if (parkedBytes < MAX_PARKED_BYTES && parked.put(item.sequence(), item) == null) {
      parkedBytes += size(item.value());
    }
  }

  private void unpark() {
    while (!parked.isEmpty() && parked.firstEntry().getValue().previous() <= last) {
      Item item = parked.pollFirstEntry().getValue();
      parkedBytes -= size(item.value());
      if (item.sequence() > last) {
        append(item);
      }
    }
  }

  private void follow(boolean missing) {
    if (missing) {
      miss();
    }
    wakeAll();
  }

  private void miss() {
    boolean stored;
    long after;
    synchronized (this) {
      stored = keeps;
      after = last;
    }
    if (stored) {
      keeper.search(this, after);
    } else {
      keeper.wait(this);
    }
  }

  private void wakeAll() {
    List<Cursor> all;
    synchronized (this) {
      all = List.copyOf(cursors);
    }
    all.forEach(Cursor::wake);
  }

  /** What was found in storage after its last item. */
  void found(Kept kept) {
    boolean missing;
    synchronized (this) {
      if (kept.items().isEmpty()) {
        // What there was after the last one is kept no more.
        jump(parked.isEmpty() ? expected : parked.firstEntry().getValue().previous());
        jump(kept.sequence());
      } else {
        jump(kept.items().getFirst().previous());
        kept.items().forEach(this::take);
      }
      unpark();
      expected = Math.max(expected, kept.sequence());
      if (kept.ended()) {
        endsAt = Math.min(endsAt, Math.max(last, kept.sequence()));
      }
      missing = expected > last && failure == null;
      searching = missing;
    }
    follow(missing);
  }

  /** Storage could not be asked: the next look at where it stands tries again. */
  synchronized void notFound() {
    searching = false;
  }

  /** What is late has had its time. */
  void overdue() {
    synchronized (this) {
      searching = false;
      if (expected > last) {
        jump(parked.isEmpty() ? expected : parked.firstEntry().getValue().previous());
      }
    }
    wakeAll();
  }

  /** Items up to that one will not be here. */
  private void jump(long to) {
    if (to > last) {
      while (!items.isEmpty()) {
        dropFirst();
      }
      base = to;
      last = to;
      jumpedTo = to;
    }
    unpark();
  }

  /** Where the topic stands, as a node says that hosts the namespace. */
  void stands(Standing standing) {
    boolean missing;
    synchronized (this) {
      if (standing.owner() != null) {
        owner = standing.owner();
      }
      Long sequence = standing.sequence();
      if (!keeps && standing.lost() && failure == null) {
        failure = ObjectErrors.reset(id, "is over, and may have published more.", Outcome.UNKNOWN);
      }
      if (sequence != null) {
        expected = Math.max(expected, sequence);
        if (standing.ended()) {
          endsAt = Math.min(endsAt, Math.max(sequence, last));
        }
      }
      missing = expected > last && failure == null && !searching;
      searching |= missing;
    }
    follow(missing);
  }

  /** Its owner will not tell this node of what it publishes. */
  void lose(String why) {
    synchronized (this) {
      if (failure == null) {
        failure = ObjectErrors.reset(id, why, Outcome.UNKNOWN);
      }
    }
    wakeAll();
  }

  /** Whether nothing has come since this was asked last. */
  synchronized boolean wasQuiet() {
    boolean was = quiet;
    quiet = true;
    return was && endsAt > last && failure == null;
  }
}
