package dev.weft.mesh;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Nodes of one cluster on loopback. */
final class TestCluster implements AutoCloseable {
  static final MeshOptions OPTIONS =
      MeshOptions.named("test", "1")
          .withDrainTimeout(Duration.ofSeconds(4))
          .withSuccession(Duration.ofSeconds(1));

  private final String name = "test-" + System.nanoTime();
  private final List<Integer> ports;
  private final List<ClusteredMesh> nodes = new CopyOnWriteArrayList<>();
  private int started;

  TestCluster(int maxNodes) {
    ports = FreePorts.find(maxNodes);
  }

  /** What other members know the node by. */
  static String clusterId(Vertx vertx) {
    return ((VertxInternal) vertx).clusterManager().getNodeId();
  }

  /** What {@link PeerMain} takes to become the next node. */
  String[] nextArguments() {
    ClusterOptions next = nextOptions(null);
    return new String[] {
      next.clusterName(), Integer.toString(next.port()), String.join(",", next.members())
    };
  }

  ClusterOptions nextOptions(ClusterOptions.@Nullable Tls tls) {
    List<String> members = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    return new ClusterOptions("127.0.0.1", ports.get(started++), 0, members, name, tls);
  }

  ClusteredMesh start() {
    return start(OPTIONS);
  }

  ClusteredMesh start(MeshOptions options) {
    return start(options, nextOptions(null));
  }

  ClusteredMesh start(MeshOptions options, ClusterOptions where) {
    return start(options, new VertxOptions(), where);
  }

  ClusteredMesh start(VertxOptions vertx, ClusterOptions where) {
    return start(OPTIONS, vertx, where);
  }

  private ClusteredMesh start(MeshOptions options, VertxOptions vertx, ClusterOptions where) {
    ClusteredMesh node =
        Meshes.clustered(vertx, b -> b, options, where, _ -> new TestIdentities()).await();
    nodes.add(node);
    return node;
  }

  void stop(ClusteredMesh node) {
    nodes.remove(node);
    node.mesh().close().await();
    node.vertx().close().await();
  }

  @Override
  public void close() {
    List.copyOf(nodes).forEach(this::stop);
  }
}
