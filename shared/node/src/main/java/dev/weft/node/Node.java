package dev.weft.node;

import dev.weft.mesh.Mesh;
import dev.weft.node.internal.RunningNode;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.Optional;

/**
 * A process of Weft: services on a mesh, with a database, health and metrics. Thread-safe.
 *
 * <p>{@link #start} and {@link #stop} block; neither may be called on a Vert.x thread.
 */
public interface Node {

  /** What a node is doing. */
  enum State {
    STARTING,
    READY,
    /** Takes no new calls; those that run may end. */
    DRAINING,
    STOPPED
  }

  /**
   * Starts a node; when it fails everything that was started is stopped again.
   *
   * @throws StartFailure saying what happened and what to do
   */
  static Node start(NodeOptions options) {
    return RunningNode.start(options);
  }

  State state();

  default boolean ready() {
    return state() == State.READY;
  }

  Mesh mesh();

  Vertx vertx();

  /** What the node gives one of its services. */
  NodeContext context(String service);

  /** Where health and metrics are served; empty when another server of the process does that. */
  Optional<URI> management();

  /**
   * Stops: not ready, drained, services, mesh, database, in that order and each within bounds.
   * Idempotent; a second caller waits for the first.
   */
  void stop();
}
