package dev.weft.testkit.objects;

import dev.weft.mesh.ClusterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Where the nodes of one cluster find each other: ports that were free a moment ago. */
final class Ports {
  private final String cluster = "test-" + UUID.randomUUID();
  private final List<Integer> ports = new ArrayList<>();
  private int taken;

  Ports(int count) {
    List<ServerSocket> open = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      for (ServerSocket each : open) {
        ports.add(each.getLocalPort());
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A place that no node has had. */
  ClusterOptions next() {
    List<String> members = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    return new ClusterOptions("127.0.0.1", ports.get(taken++), 0, members, cluster, null);
  }
}
