package dev.weft.mesh.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.Directory;
import dev.weft.mesh.hazelcast.Members;
import dev.weft.mesh.trust.KnownNode;
import dev.weft.mesh.trust.KnownNodes;
import dev.weft.mesh.trust.OwnNode;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastNodeInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A member with a certificate of the cluster's authority that says what it likes: bare Hazelcast
 * and a bare event bus.
 */
final class RogueMember implements AutoCloseable {
  final OwnNode own;
  final KnownNodes known;
  final List<String> received = new CopyOnWriteArrayList<>();
  final List<String> kinds = new CopyOnWriteArrayList<>();
  private final HazelcastInstance hazelcast;
  private final HazelcastClusterManager members;
  private final Vertx vertx;

  /**
   * Joins.
   *
   * @param where its bus port is a fixed one
   * @param saidPort the port of the bus that its record names
   * @param claimedId the id that Hazelcast shall know it by; null for its own
   */
  RogueMember(ClusterOptions where, int saidPort, @Nullable String claimedId) throws Exception {
    own = OwnNode.of(Objects.requireNonNull(where.tls()), "rogue", where.host());
    own.listens(where.host(), saidPort);
    known = new KnownNodes(own);
    Config config = ClusterConfig.hazelcast(where);
    config
        .getMemberAttributeConfig()
        .setAttribute("__vertx.nodeId", claimedId == null ? own.id() : claimedId);
    hazelcast = Members.start(config, where.tls());
    until(() -> hazelcast.getCluster().getMembers().size() > 1);
    members = new HazelcastClusterManager(hazelcast);
    EventBusOptions bus =
        ClusterConfig.bus(where)
            .setClusterNodeMetadata(JsonObject.of(KnownNodes.RECORD, own.record().text()));
    vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventBusOptions(bus))
            .withClusterManager(members)
            .buildClustered()
            .await();
    vertx
        .eventBus()
        .<Object>addInboundInterceptor(
            delivery -> {
              received.add(delivery.message().address());
              kinds.add(delivery.message().headers().get(Wire.KIND));
              delivery.next();
            });
    listenAt(own.id());
  }

  /** Registers an inbox in Hazelcast as its own. */
  void listenAt(String id) {
    vertx.eventBus().consumer(Wire.inbox(id), _ -> {}).completion().await();
  }

  /** Writes to Hazelcast where another node's bus is: at this one's, as this one's record says. */
  void redirect(String id) {
    NodeInfo mine = members.getNodeInfo();
    hazelcast.getMap("__vertx.nodeInfo").put(id, new HazelcastNodeInfo(mine));
  }

  /** Marks a message as this member's. */
  void sign(String toRecord, String to, MultiMap headers, Buffer body) {
    KnownNode node = Objects.requireNonNull(known.admit(to, toRecord));
    node.sign(headers, body);
  }

  /** Sends a message to a node's inbox as it is. */
  void send(String to, MultiMap headers, Buffer body) {
    until(() -> members.getNodes().contains(to));
    Promise<Void> registered = Promise.promise();
    members.addRegistration(Wire.inbox(to), new RegistrationInfo(to, 0, false), registered);
    registered.future().await();
    Future<Void> sent =
        vertx
            .eventBus()
            .<Buffer>sender(Wire.inbox(to), new DeliveryOptions().setHeaders(headers))
            .write(body);
    sent.await();
  }

  /** Says what it serves, in good form. */
  void announce(String toRecord, String to, Set<String> endpoints) {
    Beat beat =
        new Beat(
            own.node(),
            "rogue",
            "1",
            Directory.NodeState.READY,
            endpoints,
            0,
            Instant.EPOCH,
            Set.of());
    MultiMap headers =
        Wire.headers(Wire.Kind.BEAT)
            .add(Wire.FROM, own.id())
            .add(KnownNodes.RECORD, own.record().text());
    Buffer body = Bodies.encode(beat);
    sign(toRecord, to, headers, body);
    send(to, headers, body);
  }

  /** On a busy machine a member may begin alone and join later. */
  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      LockSupport.parkNanos(2_000_000);
    }
  }

  @Override
  public void close() {
    vertx.close().await();
    hazelcast.getLifecycleService().terminate();
  }
}
