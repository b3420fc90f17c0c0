package dev.weft.mesh;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import dev.weft.contracts.Endpoint;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who is on the mesh, kept by heartbeats over the bus and checked against the cluster's member
 * list. Thread-safe; reads never block.
 */
public interface Directory {

  /** All live nodes, this one included. */
  List<NodeInfo> nodes();

  /** Live nodes that serve something of the service and take calls. */
  default List<NodeInfo> serving(String service) {
    return nodes().stream()
        .filter(node -> node.state() == NodeState.READY && node.services().contains(service))
        .toList();
  }

  /** Live nodes that serve the endpoint and take calls. */
  default List<NodeInfo> serving(Endpoint<?, ?> endpoint) {
    return nodes().stream()
        .filter(
            node -> node.state() == NodeState.READY && node.endpoints().contains(endpoint.name()))
        .toList();
  }

  /** When the last node serving the service left; null when one is there or none ever was. */
  @Nullable Instant missingSince(String service);

  /**
   * Whether the nodes that are heard are those the cluster has as members. False for longer than it
   * takes to join or leave means that a part of the cluster has lost its way: restart the node.
   */
  default boolean agreesWithCluster() {
    return true;
  }

  /** Calls the listener on each change, from any thread; it must not block. */
  void onChange(Consumer<Directory> listener);

  /** What a node is doing. */
  enum NodeState {
    /** It takes no calls yet; also what a later version says otherwise. */
    @JsonEnumDefaultValue
    STARTING,
    READY,
    DRAINING
  }

  /**
   * A node.
   *
   * @param id its {@link Mesh#nodeId()}
   * @param name what people call it: the service's name, or {@code weft}
   * @param version its software
   * @param state as it says itself
   * @param endpoints names of the endpoints it serves
   * @param inFlight calls it is working on, as of its last heartbeat
   * @param startedAt when it started
   */
  record NodeInfo(
      String id,
      String name,
      String version,
      NodeState state,
      Set<String> endpoints,
      int inFlight,
      Instant startedAt) {
    public NodeInfo {
      endpoints = Set.copyOf(endpoints);
    }

    /** Names of the services it serves endpoints of. */
    public Set<String> services() {
      return endpoints.stream().map(Endpoint::serviceOf).collect(Collectors.toUnmodifiableSet());
    }
  }
}
