package dev.weft.durable.internal.topic;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.call.WatchEndpoints.Item;
import dev.weft.durable.internal.call.WatchEndpoints.News;
import dev.weft.durable.internal.node.HostMetrics;
import dev.weft.mesh.Mesh;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What this node has for the nodes that watch, each with a queue of its own. Thread-safe. */
public final class Outlets {
  private final Vertx vertx;
  private final Mesh mesh;
  private final HostMetrics metrics;
  private final LongSupplier nanoClock;
  private final Tickets tickets;
  private final Map<String, Outlet> outlets = new ConcurrentHashMap<>();
  private volatile Listener listener = (_, _, _, _) -> {};

  /**
   * @param nanoClock monotonic: how long a node is not reached
   */
  public Outlets(
      Vertx vertx, Mesh mesh, HostMetrics metrics, LongSupplier nanoClock, Tickets tickets) {
    this.nanoClock = nanoClock;
    this.vertx = vertx;
    this.mesh = mesh;
    this.metrics = metrics;
    this.tickets = tickets;
  }

  /** Is told that nobody watches on a node for what was sent there. Any thread. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param stamp of the watch as it was when the news was sent
     */
    void nobodyWatches(ObjectId id, String topic, String node, long stamp);
  }

  public void onNobody(Listener newListener) {
    listener = newListener;
  }

  /** Whether all has arrived. */
  public boolean isEmpty() {
    return outlets.values().stream().allMatch(Outlet::isEmpty);
  }

  public String nodeId() {
    return mesh.nodeId();
  }

  public Tickets tickets() {
    return tickets;
  }

  /** Sends items, or what else there is to say of a topic, to all nodes that watch it. */
  public void send(ObjectId id, TopicState topic, List<Item> items, boolean ended, boolean lost) {
    topic
        .watching()
        .forEach(
            (node, stamp) -> {
              News news =
                  new News(
                      id.namespace(),
                      topic.followed(node, to -> tickets.followed(id, topic.name(), to)),
                      items,
                      topic.left(),
                      ended ? true : null,
                      lost ? true : null,
                      mesh.nodeId());
              outlets
                  .computeIfAbsent(
                      node,
                      there ->
                          new Outlet(
                              vertx, mesh, there, metrics, nanoClock, () -> outlets.remove(there)))
                  .offer(
                      new Outlet.Sent(
                          news, () -> listener.nobodyWatches(id, topic.name(), node, stamp)));
            });
  }
}
