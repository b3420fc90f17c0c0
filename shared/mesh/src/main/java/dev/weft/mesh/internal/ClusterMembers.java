package dev.weft.mesh.internal;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent;
import io.vertx.core.Completable;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of the cluster, as Vert.x asks for them. A node's inbox address says which node it
 * belongs to, so finding it needs no lookup in Hazelcast: a registration map that is migrating,
 * stale or on a dead member cannot hold up or misroute a message.
 */
final class ClusterMembers extends HazelcastClusterManager {
  private static final String NODE_ID = "__vertx.nodeId";
  private static final int LOOK_AGAIN_MILLIS = 100;

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
  private volatile @Nullable Vertx vertx;

  ClusterMembers(Config config) {
    super(config);
  }

  /** Called with a node's id when it is no member any more, on a thread that must not wait. */
  void onRemoved(Consumer<String> listener) {
    onRemoved = listener;
  }

  /** Other members whose bus address is known. */
  Set<String> reachable() {
    return Set.copyOf(reachable.keySet());
  }

  /** Where the node's bus listens; null when it is not known or the node is no member. */
  @Nullable SocketAddress busAddress(String nodeId) {
    NodeInfo info = reachable.get(nodeId);
    return info == null ? null : SocketAddress.inetSocketAddress(info.port(), info.host());
  }

  /** Whether no data is on the move between members; blocks. */
  boolean isSettled() {
    return getHazelcastInstance().getPartitionService().isClusterSafe();
  }

  @Override
  public void init(Vertx newVertx) {
    vertx = newVertx;
    super.init(newVertx);
  }

  @Override
  public void join(Completable<Void> joined) {
    Promise<Void> done = Promise.promise();
    super.join(done);
    done.future()
        .onComplete(
            (nothing, failure) -> {
              if (failure == null) {
                getNodes().forEach(this::discover);
              }
              joined.complete(nothing, failure);
            });
  }

  private void discover(String nodeId) {
    Vertx running = vertx;
    if (running == null || nodeId.equals(getNodeId()) || reachable.containsKey(nodeId)) {
      return;
    }
    Promise<NodeInfo> found = Promise.promise();
    super.getNodeInfo(nodeId, found);
    found
        .future()
        .onComplete(
            (info, failure) -> {
              if (failure == null) {
                reachable.put(nodeId, info);
              }
              if (!isActive() || !getNodes().contains(nodeId)) {
                reachable.remove(nodeId);
              } else if (failure != null) {
                // It has joined and not yet said where its bus is.
                running.setTimer(LOOK_AGAIN_MILLIS, _ -> discover(nodeId));
              }
            });
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
      reachable.remove(nodeId);
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
            reachable.keySet().removeIf(nodeId -> !now.contains(nodeId));
            now.forEach(this::discover);
          }
        });
  }

  private static @Nullable String nodeId(Member member) {
    return member.getAttribute(NODE_ID);
  }

  @Override
  public void getNodeInfo(String nodeId, Completable<NodeInfo> result) {
    NodeInfo known = reachable.get(nodeId);
    if (known != null) {
      result.succeed(known);
    } else {
      super.getNodeInfo(nodeId, result);
    }
  }

  @Override
  public void addRegistration(
      String address, RegistrationInfo registration, Completable<Void> result) {
    if (Wire.isInbox(address)) {
      result.succeed();
    } else {
      super.addRegistration(address, registration, result);
    }
  }

  @Override
  public void removeRegistration(
      String address, RegistrationInfo registration, Completable<Void> result) {
    if (Wire.isInbox(address)) {
      result.succeed();
    } else {
      super.removeRegistration(address, registration, result);
    }
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> result) {
    if (Wire.isInbox(address)) {
      String nodeId = Wire.inboxOwner(address);
      boolean member = nodeId.equals(getNodeId()) || reachable.containsKey(nodeId);
      result.succeed(member ? List.of(new RegistrationInfo(nodeId, 0, false)) : List.of());
    } else {
      super.getRegistrations(address, result);
    }
  }

  @Override
  public void leave(Completable<Void> left) {
    events.shutdown();
    if (getHazelcastInstance() == null) {
      left.succeed(); // it never got in
    } else {
      super.leave(left);
    }
  }
}
