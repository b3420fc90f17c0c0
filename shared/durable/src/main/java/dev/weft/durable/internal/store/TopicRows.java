package dev.weft.durable.internal.store;

import dev.weft.contracts.objects.ObjectId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is stored of topics and of those who watch them. */
public final class TopicRows {

  /**
   * What an object's new owner knows of its topics.
   *
   * @param topics by name
   */
  public record Watched(Map<String, TopicRow> topics, List<WatchRow> watchers) {
    public static final Watched NOTHING = new Watched(Map.of(), List.of());
  }

  /**
   * Where a topic stands.
   *
   * @param sequence of its last item
   * @param total bytes of all items ever kept
   * @param epoch the ownership that wrote this
   */
  public record TopicRow(long sequence, long total, long epoch, boolean ended) {}

  /**
   * A node on which somebody watches.
   *
   * @param stamp the node's own, rising
   */
  public record WatchRow(String topic, String nodeId, long stamp) {}

  /**
   * What a commit changes of a topic.
   *
   * @param items new ones, in their order
   * @param trimSequence items up to this one are deleted
   * @param trimTotal items up to this one in bytes are deleted
   */
  public record TopicWrite(
      String topic, TopicRow row, List<ItemRow> items, long trimSequence, long trimTotal) {
    /** The changes of both, this one's first. */
    public TopicWrite and(TopicWrite later) {
      List<ItemRow> all =
          items.isEmpty()
              ? later.items
              : Stream.concat(items.stream(), later.items.stream()).toList();
      return new TopicWrite(
          topic,
          later.row,
          all,
          Math.max(trimSequence, later.trimSequence),
          Math.max(trimTotal, later.trimTotal));
    }
  }

  /**
   * A kept item.
   *
   * @param previous sequence of the one before it, kept or not; 0 for none
   * @param total bytes of all up to this one
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record ItemRow(long sequence, long previous, long total, byte[] item) {}

  /**
   * Kept items after a sequence, a page of them.
   *
   * @param topic null when nothing is stored of the topic
   */
  public record ItemPage(@Nullable TopicRow topic, List<ItemRow> items) {}

  /**
   * A topic that a node watches, and has a question about.
   *
   * @param stamp see {@link WatchRow}
   */
  public record WatchedTopic(ObjectId id, String topic, long stamp) {}

  /**
   * Where a topic stands, and who knows more.
   *
   * @param topic null when nothing is stored of it
   * @param epoch the object's last; 0 when there is none
   * @param ownerNodeId null when it has no owner, or that is dead
   * @param owned whether it was not given up by its last owner
   */
  public record TopicStanding(
      @Nullable TopicRow topic, long epoch, @Nullable String ownerNodeId, boolean owned) {}

  private TopicRows() {}
}
