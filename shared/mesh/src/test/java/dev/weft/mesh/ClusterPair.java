package dev.weft.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A calling and a serving node with certificates that many tests share; a stopped server is
 * replaced.
 */
final class ClusterPair implements AutoCloseable {
  private final TestCluster cluster = new TestCluster(4);
  private final Path folder = newFolder();
  private final ClusterOptions.Tls tls = certificates(folder);
  private final ClusteredMesh caller = start();
  private @Nullable ClusteredMesh server;

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("weft-pair");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClusterOptions.Tls certificates(Path folder) {
    try {
      return new TestCertificates(folder, "house").issue("node");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private ClusteredMesh start() {
    return cluster.start(TestCluster.OPTIONS, cluster.nextOptions(tls));
  }

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
      server = start();
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
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
