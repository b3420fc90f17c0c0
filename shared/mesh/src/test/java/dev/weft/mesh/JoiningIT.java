package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that come at the same time. */
@Timeout(90)
class JoiningIT {
  private static final int NODES = 5;
  private final TestCluster cluster = new TestCluster(NODES);

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void nodesThatStartAtOnceFormOneCluster() throws Exception {
    List<ClusterOptions> where =
        IntStream.range(0, NODES).mapToObj(_ -> cluster.nextOptions(null)).toList();
    List<ClusteredMesh> nodes;
    try (ExecutorService threads = Executors.newFixedThreadPool(NODES)) {
      List<Callable<ClusteredMesh>> starts =
          where.stream()
              .<Callable<ClusteredMesh>>map(each -> () -> cluster.start(TestCluster.OPTIONS, each))
              .toList();
      nodes =
          threads.invokeAll(starts).stream().map(java.util.concurrent.Future::resultNow).toList();
    }
    nodes
        .getFirst()
        .mesh()
        .serve(MeshBed.ECHO, (ask, _) -> Future.succeededFuture(new MeshBed.Answer(ask.text())));
    for (ClusteredMesh node : nodes) {
      MeshBed.eventually(() -> node.mesh().directory().nodes().size() == NODES);
      assertThat(
              node.mesh()
                  .call(MeshBed.ECHO, new MeshBed.Ask("hi"), MeshBed.within(5_000))
                  .await()
                  .text())
          .isEqualTo("hi");
    }
    assertThat(nodes).allMatch(node -> node.mesh().directory().agreesWithCluster());
  }
}
