package dev.weft.durable.internal.upkeep;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.Fragment;
import dev.weft.durable.internal.call.WatchEndpoints.Ask;
import dev.weft.durable.internal.call.WatchEndpoints.Check;
import dev.weft.durable.internal.call.WatchEndpoints.Checked;
import dev.weft.durable.internal.call.WatchEndpoints.Item;
import dev.weft.durable.internal.call.WatchEndpoints.Kept;
import dev.weft.durable.internal.call.WatchEndpoints.Question;
import dev.weft.durable.internal.call.WatchEndpoints.Standing;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.instance.Activation;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.store.TopicRows.ItemPage;
import dev.weft.durable.internal.store.TopicRows.TopicRow;
import dev.weft.durable.internal.store.TopicRows.TopicStanding;
import dev.weft.durable.internal.store.TopicRows.WatchedTopic;
import dev.weft.durable.internal.topic.TopicState;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers nodes that watch, whether or not the object has an instance, or has it here. */
public final class WatchDesk {
  private static final int PAGE_ITEMS = 256;
  private static final long PAGE_BYTES = 512 << 10;

  /** So many questions a node may ask at once. */
  public static final int MAX_QUESTIONS = 512;

  private final Host host;

  public WatchDesk(Host host) {
    this.host = host;
    host.outlets().onNobody(this::nobodyWatches);
  }

  /** A page of kept items. */
  public Future<Kept> kept(String namespace, Ask ask) {
    ObjectId id = host.outlets().tickets().checked(namespace, ask.topic(), ask.node());
    return host.store()
        .items(id, ask.topic().topic(), ask.after(), PAGE_ITEMS, PAGE_BYTES)
        .map(WatchDesk::page)
        .recover(failure -> Future.failedFuture(ObjectErrors.storageUnavailable(id, failure)));
  }

  private static Kept page(ItemPage page) {
    TopicRow topic = page.topic();
    return topic == null
        ? new Kept(false, 0, false, List.of())
        : new Kept(
            true,
            topic.sequence(),
            topic.ended(),
            page.items().stream()
                .map(item -> new Item(item.sequence(), item.previous(), new Fragment(item.item())))
                .toList());
  }

  /** Where topics stand; notes who watches them, and who does no more. */
  public Future<Checked> check(String namespace, Check check) {
    if (check.topics().size() > MAX_QUESTIONS) {
      throw ObjectErrors.badQuestion("A node asks about at most " + MAX_QUESTIONS + " topics.");
    }
    List<WatchedTopic> left = new ArrayList<>();
    List<WatchedTopic> watched = new ArrayList<>();
    for (Question question : check.topics()) {
      ObjectId id = host.outlets().tickets().checked(namespace, question.topic(), check.node());
      WatchedTopic topic = new WatchedTopic(id, question.topic().topic(), question.stamp());
      if (!Boolean.TRUE.equals(question.leaves())) {
        watched.add(topic);
      } else if (leaves(topic, check.node())) {
        left.add(topic);
      }
    }
    Future<Void> gone =
        left.isEmpty() ? Future.succeededFuture() : host.store().unwatch(check.node(), left);
    return gone.compose(_ -> host.store().standings(check.node(), watched))
        .map(standings -> answers(check, watched, standings));
  }

  /** Whether nobody watches there. */
  private boolean leaves(WatchedTopic topic, String node) {
    TopicState state = active(topic);
    if (state == null) {
      return true;
    }
    state.unwatch(node, topic.stamp());
    return !state.watching().containsKey(node);
  }

  /** The topic of an instance on this node; null when there is none. */
  private @Nullable TopicState active(WatchedTopic topic) {
    Activation activation = host.find(topic.id());
    Tenure tenure = activation == null ? null : activation.tenure();
    return tenure == null || !tenure.holdsLease()
        ? null
        : tenure.memory().topics().find(topic.topic());
  }

  private Checked answers(Check check, List<WatchedTopic> watched, List<TopicStanding> standings) {
    List<Standing> answers = new ArrayList<>();
    int next = 0;
    for (Question question : check.topics()) {
      if (Boolean.TRUE.equals(question.leaves())) {
        answers.add(new Standing(null, false, false, null));
      } else {
        answers.add(standing(watched.get(next), standings.get(next), check.node()));
        next++;
      }
    }
    return new Checked(answers);
  }

  private Standing standing(WatchedTopic topic, TopicStanding stored, String node) {
    TopicState state = active(topic);
    if (state != null && state.watch(node, topic.stamp())) {
      return new Standing(state.left(), state.endLeft(), false, host.outlets().nodeId());
    }
    TopicRow row = stored.topic();
    boolean proven = row != null && row.epoch() == stored.epoch();
    boolean alive = stored.ownerNodeId() != null;
    return new Standing(
        row == null ? null : row.sequence(),
        row != null && row.ended(),
        stored.epoch() > 0 && (stored.owned() ? !alive : !proven),
        stored.ownerNodeId());
  }

  private void nobodyWatches(ObjectId id, String topic, String node, long stamp) {
    WatchedTopic watched = new WatchedTopic(id, topic, stamp);
    if (leaves(watched, node)) {
      host.store().unwatch(node, List.of(watched));
    }
  }

  /** The node is gone, and with it all who watched there. */
  Future<Void> gone(String node) {
    for (Activation activation : host.active()) {
      Tenure tenure = activation.tenure();
      if (tenure != null) {
        tenure.memory().topics().all().forEach(state -> state.unwatch(node, Long.MAX_VALUE));
      }
    }
    return host.store().unwatchAll(node);
  }
}
