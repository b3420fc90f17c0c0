package dev.weft.mesh;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A calling and a serving node that many tests share; a stopped server is replaced. */
final class ClusterPair implements AutoCloseable {
  private final TestCluster cluster = new TestCluster(4);
  private final ClusteredMesh caller = cluster.start();
  private @Nullable ClusteredMesh server;

  ClusteredMesh caller() {
    return caller;
  }

  ClusteredMesh server() {
    return Objects.requireNonNull(server);
  }

  /** Makes sure that there is a server that takes calls. */
  void ready() {
    if (server != null && nodeState() != Directory.NodeState.READY) {
      cluster.stop(server);
      server = null;
    }
    if (server == null) {
      server = cluster.start();
      MeshBed.eventually(() -> caller.mesh().directory().nodes().size() == 2);
    }
    MeshBed.eventually(
        () -> caller.mesh().directory().nodes().stream().allMatch(n -> n.services().isEmpty()));
  }

  private Directory.NodeState nodeState() {
    return server().mesh().directory().nodes().getFirst().state();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
