package dev.weft.node;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.durable.DurableObjects;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.NodeKeys;
import java.nio.file.Path;
import java.util.List;

/**
 * Durable objects within any Java program: a node with nothing but them and an embedded PostgreSQL,
 * in this process. What they keep lies in the directory and is there at the next start.
 *
 * <pre>{@code
 * try (var node = StandaloneNode.start(Path.of("data"))) {
 *   node.objects().host(ObjectClass.of(COUNTERS, CounterObject::new)).await();
 *   node.objects().get(COUNTERS, "visits").add(1);
 * }
 * }</pre>
 */
public final class StandaloneNode implements AutoCloseable {
  private static final String NAME = "standalone";

  private final Node node;

  private StandaloneNode(Node node) {
    this.node = node;
  }

  /**
   * Starts it; blocks until objects can be hosted.
   *
   * @param data where files are kept; made when it is not there
   * @throws StartFailure saying what happened and what to do
   */
  public static StandaloneNode start(Path data) {
    NodeOptions options =
        new NodeOptions(
            NAME,
            List.of(new ObjectsOnly()),
            NodeOptions.Mode.LOCAL,
            new Defaults(data.toString()));
    return new StandaloneNode(Node.start(options));
  }

  public DurableObjects objects() {
    return node.context(NAME).objects();
  }

  /** Stops it, the database too; blocks. */
  @Override
  public void close() {
    node.stop();
  }

  private static final class ObjectsOnly implements Service {
    @Override
    public ServiceDescriptor descriptor() {
      return ServiceDescriptor.of(NAME, 0, 0, "/health");
    }

    @Override
    public Needs needs() {
      return new Needs(false, true);
    }

    @Override
    public List<Deployment> verticles(NodeContext node) {
      return List.of();
    }
  }

  private record Defaults(String data) implements Config {
    @Override
    @SuppressWarnings("unchecked") // the key of the data directory is one of text
    public <T> T get(ConfigKey<T> key) {
      return key == NodeKeys.DATA ? (T) data : key.defaultValue();
    }

    @Override
    public String origin(ConfigKey<?> key) {
      return key == NodeKeys.DATA ? "program" : "default";
    }
  }
}
