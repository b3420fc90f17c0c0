package dev.weft.mesh.internal;

import dev.weft.mesh.Directory;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself.
 *
 * @param node its {@code Mesh.nodeId()}
 * @param endpoints names of what it serves
 * @param can what it understands beyond the first version's messages; null: nothing
 */
record Beat(
    String node,
    String name,
    String version,
    Directory.NodeState state,
    Set<String> endpoints,
    int inFlight,
    Instant startedAt,
    @Nullable Set<String> can) {
  Beat {
    endpoints = Set.copyOf(endpoints);
    can = can == null ? Set.of() : Set.copyOf(can);
  }

  boolean takesParts() {
    return can != null && can.contains(Wire.PARTS);
  }

  /** The same of a node that serves only those. */
  Beat serving(Set<String> only) {
    return new Beat(node, name, version, state, only, inFlight, startedAt, can);
  }

  /** As the directory shows it. */
  Directory.NodeInfo info() {
    return new Directory.NodeInfo(node, name, version, state, endpoints, inFlight, startedAt);
  }

  /** Whether the other says something that matters to who calls this node. */
  boolean saysTheSameAs(Beat other) {
    return node.equals(other.node) && state == other.state && endpoints.equals(other.endpoints);
  }
}
