package dev.weft.durable.internal.topic;

import dev.weft.durable.Retention;
import dev.weft.durable.internal.call.WatchEndpoints.Followed;
import dev.weft.durable.internal.store.TopicRows.ItemRow;
import dev.weft.durable.internal.store.TopicRows.TopicRow;
import dev.weft.durable.internal.store.TopicRows.TopicWrite;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One topic of an instance: its numbers, and the nodes that watch. Numbers are for whoever holds
 * the object, except where a method says otherwise.
 */
public final class TopicState {
  /** So many nodes may watch one topic. */
  public static final int MAX_NODES = 256;

  /** Where nothing is known of former instances, an instance's sequences begin beyond theirs. */
  private static final int EPOCH_SHIFT = 28;

  private final String name;
  private final @Nullable Retention retention;
  private final boolean lasting;
  private final long epoch;
  private final Map<String, Long> nodes = new ConcurrentHashMap<>(2);
  private final Map<String, Followed> followed = new ConcurrentHashMap<>(2);
  private volatile long sequence;

  /** Sequence of the item before the next one, as watchers may have had it. */
  private long previous;

  private long total;
  private int sinceTrim;
  private long bytesSinceTrim;
  private volatile boolean ended;

  /** As watchers know it: of the last item that went out. */
  private volatile long left;

  private volatile boolean endLeft;

  TopicState(
      String name,
      @Nullable Retention retention,
      boolean lasting,
      long epoch,
      @Nullable TopicRow stored) {
    this.name = name;
    this.retention = retention;
    this.lasting = lasting;
    this.epoch = epoch;
    long beginning = epoch << EPOCH_SHIFT;
    if (stored == null) {
      sequence = beginning;
      // Of one that keeps its items nothing was ever published; of another that is not known.
      previous = retention == null ? beginning : 0;
    } else if (retention != null || stored.epoch() == epoch - 1) {
      sequence = stored.sequence();
      previous = sequence;
      total = stored.total();
      ended = stored.ended();
    } else {
      sequence = Math.max(beginning, stored.sequence() + 1);
      previous = sequence;
      ended = stored.ended();
    }
    left = sequence;
    endLeft = ended;
  }

  public String name() {
    return name;
  }

  /** What is kept; null for nothing. */
  public @Nullable Retention retention() {
    return retention;
  }

  /** Whether items are kept; any thread. */
  public boolean keeps() {
    return retention != null;
  }

  /** Whether the next instance has it too; any thread. */
  public boolean lasting() {
    return lasting;
  }

  /** Of the last item published; any thread. */
  public long sequence() {
    return sequence;
  }

  /** Any thread. */
  public boolean ended() {
    return ended;
  }

  /** Of the last item that went out; any thread. */
  public long left() {
    return left;
  }

  /** Whether its end went out; any thread. */
  public boolean endLeft() {
    return endLeft;
  }

  /** An item, or the end, goes out. */
  public void leaves(long newLeft, boolean end) {
    left = newLeft;
    endLeft |= end;
  }

  /** The number of an item, and that of the one before. */
  public record Numbers(long sequence, long previous) {}

  /** Numbers an item. */
  public Numbers next() {
    Numbers numbers = new Numbers(sequence + 1, previous);
    sequence = numbers.sequence;
    previous = numbers.sequence;
    return numbers;
  }

  /** What is written to keep an item; null when none are kept. */
  public @Nullable TopicWrite keep(Numbers numbers, byte[] item) {
    Retention kept = retention;
    if (kept == null) {
      return null;
    }
    total += item.length;
    sinceTrim++;
    bytesSinceTrim += item.length;
    long trimSequence = 0;
    long trimTotal = 0;
    // Not with each item: finding what is too much reads all that there is.
    if (sinceTrim > kept.items() / 8 || bytesSinceTrim > kept.bytes() / 8) {
      sinceTrim = 0;
      bytesSinceTrim = 0;
      trimSequence = Math.max(0, numbers.sequence - kept.items());
      trimTotal = Math.max(0, Math.min(total - kept.bytes(), total - item.length));
    }
    ItemRow row = new ItemRow(numbers.sequence, numbers.previous, total, item);
    return write(List.of(row), trimSequence, trimTotal);
  }

  /** It ends. */
  public TopicWrite end() {
    ended = true;
    return write(List.of(), 0, 0);
  }

  TopicWrite write(List<ItemRow> items, long trimSequence, long trimTotal) {
    TopicRow row = new TopicRow(sequence, total, epoch, ended);
    return new TopicWrite(name, row, items, trimSequence, trimTotal);
  }

  /** What returns to how it is now. */
  Runnable snapshot() {
    long sequenceBefore = sequence;
    long previousBefore = previous;
    long totalBefore = total;
    boolean endedBefore = ended;
    return () -> {
      sequence = sequenceBefore;
      previous = previousBefore;
      total = totalBefore;
      ended = endedBefore;
    };
  }

  // ---- who watches; any thread

  /** Nodes on which somebody watches. */
  public Map<String, Long> watching() {
    return nodes;
  }

  /**
   * Somebody watches on a node.
   *
   * @return false when too many nodes do
   */
  public boolean watch(String node, long stamp) {
    if (nodes.size() >= MAX_NODES && !nodes.containsKey(node)) {
      return false;
    }
    nodes.merge(node, stamp, Math::max);
    return true;
  }

  /** Nobody watches there any more, unless it came back with a later stamp. */
  public void unwatch(String node, long stamp) {
    if (nodes.computeIfPresent(node, (_, last) -> last <= stamp ? null : last) == null) {
      followed.remove(node);
    }
  }

  /** It has ended: nobody has anything to watch. */
  public void forgetWatchers() {
    nodes.clear();
    followed.clear();
  }

  /** The topic as a node follows it; making its ticket once is enough. */
  Followed followed(String node, Function<String, Followed> making) {
    return followed.computeIfAbsent(node, making);
  }
}
