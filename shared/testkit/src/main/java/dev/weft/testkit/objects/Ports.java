package dev.weft.testkit.objects;

import dev.weft.mesh.ClusterOptions;
import dev.weft.testkit.node.TestNode;
import java.util.List;
import java.util.UUID;

/** Where the nodes of one cluster find each other: ports that were free a moment ago. */
final class Ports {
  private final String cluster = "test-" + UUID.randomUUID();
  private final List<String> members;
  private int taken;

  Ports(int count) {
    members = TestNode.freeMembers(count);
  }

  /** A place that no node has had. */
  ClusterOptions next() {
    String own = members.get(taken++);
    int port = Integer.parseInt(own.substring(own.indexOf(':') + 1));
    return new ClusterOptions("127.0.0.1", port, 0, members, cluster, null);
  }
}
