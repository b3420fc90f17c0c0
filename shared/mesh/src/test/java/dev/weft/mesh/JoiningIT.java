package dev.weft.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void aNewcomerIsReadyInTimeWhileAMemberHangs(@TempDir Path folder) throws Exception {
    TestCertificates house = new TestCertificates(folder, "house");
    // The oldest hangs, which is the one that lets newcomers in.
    Process hanging = PeerMain.start(cluster, house.issue("hanging"));
    try {
      ClusteredMesh first =
          cluster.start(TestCluster.OPTIONS, cluster.nextOptions(house.issue("first")));
      first
          .mesh()
          .serve(MeshBed.ECHO, (ask, _) -> Future.succeededFuture(new MeshBed.Answer(ask.text())));
      MeshBed.eventually(() -> first.mesh().directory().nodes().size() == 2);
      new ProcessBuilder("kill", "-STOP", Long.toString(hanging.pid())).start().waitFor();
      long start = System.nanoTime();
      ClusteredMesh newcomer =
          cluster.start(TestCluster.OPTIONS, cluster.nextOptions(house.issue("newcomer")));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      System.out.println("a newcomer was ready in " + took.toMillis() + " ms while a member hung");
      assertThat(
              newcomer
                  .mesh()
                  .call(MeshBed.ECHO, new MeshBed.Ask("hi"), MeshBed.within(5_000))
                  .await()
                  .text())
          .isEqualTo("hi");
      assertThat(took).isLessThan(Duration.ofSeconds(15));
    } finally {
      hanging.destroyForcibly().waitFor();
    }
  }
}
