package dev.weft.mesh.internal;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.hazelcast.Members;
import dev.weft.mesh.trust.KnownNode;
import dev.weft.mesh.trust.KnownNodes;
import dev.weft.mesh.trust.NodeRecord;
import dev.weft.mesh.trust.OwnNode;
import io.vertx.core.Completable;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of the cluster, as Vert.x asks for them. A node's inbox address says which node it
 * belongs to, so finding it needs no lookup in Hazelcast: a registration map that is migrating,
 * stale or on a dead member cannot hold up or misroute a message.
 */
final class ClusterMembers implements ClusterManager {
  private static final String NODE_ID = "__vertx.nodeId";
  private static final int LOOK_AGAIN_MILLIS = 100;
  private static final int MAX_PAUSE_MILLIS = 5_000;

  private final Map<String, NodeInfo> reachable = new ConcurrentHashMap<>();
  // Hazelcast's event thread must not wait for Hazelcast, which the inherited callbacks do.
  private final ExecutorService events =
      new ThreadPoolExecutor(
          0,
          1,
          5,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("weft-mesh-members").factory(),
          new ThreadPoolExecutor.DiscardPolicy()); // what comes after leaving is of no interest
  private volatile Consumer<String> onRemoved = _ -> {};
  private final ClusterOptions options;
  private final String name;
  private final Config config;
  private NodeListener nodeListener = new NobodyAsks();
  private @Nullable RegistrationListener registrationListener;
  private volatile @Nullable Vertx vertx;
  private volatile @Nullable HazelcastInstance instance;
  private volatile @Nullable Joined joined;

  private volatile @Nullable KnownNodes known;

  /**
   * @param name what people call this node
   */
  ClusterMembers(ClusterOptions options, String name) {
    this.options = options;
    this.name = name;
    this.config = ClusterConfig.hazelcast(options);
  }

  /** The listener while Vert.x, which asks for one with high availability only, has set none. */
  private static final class NobodyAsks implements NodeListener {
    @Override
    public void nodeAdded(String nodeId) {
      // Nobody asks.
    }

    @Override
    public void nodeLeft(String nodeId) {
      // Nobody asks.
    }
  }

  /** What keeps the members, once it has joined. */
  private Joined joined() {
    return Objects.requireNonNull(joined, "not joined");
  }

  /** Called with a node's id when it is no member any more, on a thread that must not wait. */
  void onRemoved(Consumer<String> listener) {
    onRemoved = listener;
    Set.copyOf(reachable.keySet()).forEach(this::gone); // removed while nobody listened
  }

  /** Other members whose bus address is known. */
  Set<String> reachable() {
    return Set.copyOf(reachable.keySet());
  }

  /** Who the others are by their certificates; null in a cluster without any. Once it joins. */
  @Nullable KnownNodes known() {
    return known;
  }

  /** Notes where a node that was heard listens: by its record, whatever Hazelcast says of it. */
  void heard(NodeRecord record) {
    if (!reachable.containsKey(record.id())) { // each message comes here: nearly always it is
      reachable.putIfAbsent(record.id(), info(record));
    }
  }

  private static NodeInfo info(NodeRecord record) {
    return new NodeInfo(record.host(), record.port(), null);
  }

  /** The node is gone: it is looked for no more unless Hazelcast lists it. */
  void gone(String nodeId) {
    if (isActive() && !getNodes().contains(nodeId)) {
      drop(nodeId);
    }
  }

  private void drop(String nodeId) {
    reachable.remove(nodeId);
    KnownNodes nodes = known;
    if (nodes != null) {
      nodes.leave(nodeId);
    }
  }

  /** Where the node's bus listens; null when it is not known or the node is no member. */
  @Nullable SocketAddress busAddress(String nodeId) {
    NodeInfo info = reachable.get(nodeId);
    return info == null ? null : SocketAddress.inetSocketAddress(info.port(), info.host());
  }

  /** Whether no data is on the move between members; blocks. */
  boolean isSettled() {
    return Objects.requireNonNull(instance).getPartitionService().isClusterSafe();
  }

  @Override
  public void init(Vertx newVertx) {
    vertx = newVertx;
  }

  @Override
  public void nodeListener(NodeListener listener) {
    nodeListener = listener;
  }

  @Override
  public void registrationListener(RegistrationListener listener) {
    registrationListener = listener;
  }

  @Override
  public void join(Completable<Void> done) {
    Vertx running = Objects.requireNonNull(vertx);
    running
        .executeBlocking(this::start)
        .compose(
            started -> {
              instance = started;
              Joined members = new Joined(started);
              members.init(running);
              members.nodeListener(nodeListener);
              members.registrationListener(
                  new OtherAddresses(Objects.requireNonNull(registrationListener)));
              joined = members;
              Promise<Void> in = Promise.promise();
              members.join(in);
              return in.future();
            })
        .onComplete(
            (nothing, failure) -> {
              if (failure == null) {
                getNodes().forEach(this::discover);
              }
              done.complete(nothing, failure);
            });
  }

  private HazelcastInstance start() throws IOException, GeneralSecurityException {
    ClusterOptions.Tls tls = options.tls();
    String id = UUID.randomUUID().toString();
    if (tls != null) {
      OwnNode own = OwnNode.of(tls, name, options.host());
      id = own.id();
      known = new KnownNodes(own);
    }
    config.getMemberAttributeConfig().setAttribute(NODE_ID, id);
    return Members.start(config, tls);
  }

  private void discover(String nodeId) {
    discover(nodeId, LOOK_AGAIN_MILLIS);
  }

  private void discover(String nodeId, int pauseMillis) {
    Vertx running = vertx;
    if (running == null || nodeId.equals(getNodeId()) || reachable.containsKey(nodeId)) {
      return;
    }
    Promise<NodeInfo> found = Promise.promise();
    joined().getNodeInfo(nodeId, found);
    found
        .future()
        .onComplete(
            (info, failure) -> {
              NodeInfo verified = failure == null ? verified(nodeId, info) : null;
              if (verified != null) {
                reachable.put(nodeId, verified);
              }
              if (!isActive() || !getNodes().contains(nodeId)) {
                drop(nodeId);
              } else if (verified == null) {
                // It has joined and not yet said where its bus is, or nothing to be believed.
                int next =
                    failure == null ? Math.min(pauseMillis * 2, MAX_PAUSE_MILLIS) : pauseMillis;
                running.setTimer(pauseMillis, _ -> discover(nodeId, next));
              }
            });
  }

  /**
   * What Hazelcast says of a node, as far as the node's own record says so; null when it does not.
   */
  private @Nullable NodeInfo verified(String nodeId, NodeInfo hint) {
    KnownNodes nodes = known;
    if (nodes == null) {
      return hint;
    }
    JsonObject metadata = hint.metadata();
    if (metadata == null || !(metadata.getValue(KnownNodes.RECORD) instanceof String text)) {
      return null;
    }
    KnownNode node = nodes.admit(nodeId, text);
    return node == null ? null : info(node.record());
  }

  /**
   * Tells Vert.x of registrations in Hazelcast, but not of any for an inbox: there is none, and who
   * makes one would get what is for its owner.
   */
  private record OtherAddresses(RegistrationListener listener) implements RegistrationListener {
    @Override
    public void registrationsUpdated(RegistrationUpdateEvent event) {
      if (!Wire.isInbox(event.address())) {
        listener.registrationsUpdated(event);
      }
    }

    @Override
    public void registrationsLost() {
      listener.registrationsLost();
    }

    @Override
    public boolean wantsUpdatesFor(String address) {
      return !Wire.isInbox(address) && listener.wantsUpdatesFor(address);
    }
  }

  /** Hazelcast's events, off its own threads. */
  private final class Joined extends HazelcastClusterManager {
    Joined(HazelcastInstance started) {
      super(started);
    }

    @Override
    public void memberAdded(MembershipEvent event) {
      events.execute(
          () -> {
            super.memberAdded(event);
            String nodeId = nodeId(event.getMember());
            if (nodeId != null) {
              discover(nodeId);
            }
          });
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      String nodeId = nodeId(event.getMember());
      if (nodeId != null) {
        if (known == null) {
          reachable.remove(nodeId);
        } // else Hazelcast's word is a hint: it is dropped when it is gone
        onRemoved.accept(nodeId);
      }
      events.execute(() -> super.memberRemoved(event));
    }

    @Override
    public void stateChanged(LifecycleEvent event) {
      events.execute(
          () -> {
            super.stateChanged(event);
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
              List<String> now = getNodes();
              Set.copyOf(reachable.keySet()).stream()
                  .filter(nodeId -> !now.contains(nodeId))
                  .forEach(ClusterMembers.this::drop);
              now.forEach(ClusterMembers.this::discover);
            }
          });
    }
  }

  private static @Nullable String nodeId(Member member) {
    return member.getAttribute(NODE_ID);
  }

  @Override
  public void getNodeInfo(String nodeId, Completable<NodeInfo> result) {
    NodeInfo there = reachable.get(nodeId);
    if (there != null) {
      result.succeed(there);
    } else if (known == null) {
      joined().getNodeInfo(nodeId, result);
    } else {
      result.fail(new VertxException("no record of the node " + nodeId + " is known", true));
    }
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> result) {
    if (Wire.isInbox(address)) {
      result.succeed();
    } else {
      joined().addRegistration(address, registration, result);
    }
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> result) {
    if (Wire.isInbox(address)) {
      result.succeed();
    } else {
      joined().removeRegistration(address, registration, result);
    }
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> result) {
    if (Wire.isInbox(address)) {
      String nodeId = Wire.inboxOwner(address);
      boolean member = nodeId.equals(getNodeId()) || reachable.containsKey(nodeId);
      result.succeed(member ? List.of(new RegistrationInfo(nodeId, 0, false)) : List.of());
    } else {
      joined().getRegistrations(address, result);
    }
  }

  @Override
  public String getNodeId() {
    return joined().getNodeId();
  }

  @Override
  public List<String> getNodes() {
    return joined().getNodes();
  }

  @Override
  public void setNodeInfo(NodeInfo info, Completable<Void> result) {
    KnownNodes nodes = known;
    try {
      NodeInfo said = info;
      if (nodes != null) {
        String record = nodes.own().listens(info.host(), info.port()).text();
        said = new NodeInfo(info.host(), info.port(), JsonObject.of(KnownNodes.RECORD, record));
      }
      joined().setNodeInfo(said, result);
    } catch (GeneralSecurityException e) {
      result.fail(e);
    }
  }

  @Override
  public NodeInfo getNodeInfo() {
    return joined().getNodeInfo();
  }

  @Override
  public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> result) {
    joined().getAsyncMap(name, result);
  }

  @Override
  public <K, V> Map<K, V> getSyncMap(String name) {
    return joined().getSyncMap(name);
  }

  @Override
  public void getLockWithTimeout(String name, long timeout, Completable<Lock> result) {
    joined().getLockWithTimeout(name, timeout, result);
  }

  @Override
  public void getCounter(String name, Completable<Counter> result) {
    joined().getCounter(name, result);
  }

  @Override
  public boolean isActive() {
    Joined members = joined;
    return members != null && members.isActive();
  }

  @Override
  public void leave(Completable<Void> left) {
    events.shutdown();
    Joined members = joined;
    HazelcastInstance started = instance;
    if (members == null || started == null) {
      left.succeed(); // it never got in
      return;
    }
    Promise<Void> out = Promise.promise();
    members.leave(out);
    out.future()
        .transform(_ -> Objects.requireNonNull(vertx).executeBlocking(() -> shutDown(started)))
        .onComplete(left);
  }

  private static @Nullable Void shutDown(HazelcastInstance started) throws InterruptedException {
    while (started.getLifecycleService().isRunning()) {
      try {
        started.getLifecycleService().shutdown();
      } catch (RejectedExecutionException e) {
        Thread.sleep(1); // a part of it was faster than the rest
      }
    }
    return null;
  }
}
