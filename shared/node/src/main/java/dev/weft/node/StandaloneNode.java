package dev.weft.node;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.durable.DurableObjects;
import dev.weft.mesh.FreePorts;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigException;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.ConfigLoader;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.security.NodeCertificate;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.postgres.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Durable objects within any Java program.
 *
 * <p>{@link #start} is a node with nothing but them and an embedded PostgreSQL, in this process.
 * What they keep lies in the directory and is there at the next start.
 *
 * <pre>{@code
 * try (var node = StandaloneNode.start(Path.of("data"))) {
 *   node.objects().host(ObjectClass.of(COUNTERS, CounterObject::new)).await();
 *   node.objects().get(COUNTERS, "visits").add(1);
 * }
 * }</pre>
 *
 * <p>{@link #join} is a node of a running cluster: it hosts objects that all of the cluster can
 * call, and calls those of others.
 */
public final class StandaloneNode implements AutoCloseable {
  private static final String NAME = "standalone";

  /** First word of the endpoints of all objects. */
  private static final String OBJECTS = "objects";

  private final Node node;
  private final String name;

  private StandaloneNode(Node node, String name) {
    this.node = node;
    this.name = name;
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
            List.of(new ObjectsOnly(ServiceDescriptor.of(NAME, 0, 0, "/health"))),
            NodeOptions.Mode.LOCAL,
            new Defaults(data.toString()));
    return new StandaloneNode(Node.start(options), NAME);
  }

  /** {@link #join(String, Map)} by the settings that are there. */
  public static StandaloneNode join(String name) {
    return join(name, Map.of());
  }

  /**
   * Joins a running cluster; blocks until objects can be hosted. It goes by the settings that the
   * processes of the cluster go by: {@code conf/weft.yaml} and {@code .env} of the working
   * directory, and the environment. They say where the database, the certificates, the master key
   * and the members are. Where no database is named, it is the embedded one of the data directory,
   * which the cluster runs. The port for membership is any free one unless {@code cluster.port}
   * names it.
   *
   * @param name what people call it, in health and logs: letters a–z, not the name of a service
   * @param settings that count more than those, by name: {@code cluster.members}
   * @throws StartFailure saying what keeps it from joining and what to do
   * @throws IllegalArgumentException when the name has other characters
   */
  public static StandaloneNode join(String name, Map<String, String> settings) {
    if (ServiceDescriptor.named(name, Services.ALL) != null || name.equals(OBJECTS)) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "A program cannot join as '" + name + "': that is the name of a service.");
    }
    ServiceDescriptor descriptor =
        ServiceDescriptor.of(name, 0, FreePorts.find(1).getFirst(), "/" + name + "/health");
    List<Service> services = List.of(new ObjectsOnly(descriptor));
    ConfigLoader loader = Settings.ofProcess(services);
    settings.forEach((key, value) -> loader.flag(key, value, "the program"));
    Config config = load(loader);
    Path data = Path.of(config.get(NodeKeys.DATA)).toAbsolutePath().normalize();
    requireSecrets(config, data, name);
    NodeOptions options = new NodeOptions(name, services, NodeOptions.Mode.CLUSTER, config);
    if (config.get(NodeKeys.DATABASE_URL).isEmpty()) {
      options = options.withDatabase(embedded(data));
    }
    return new StandaloneNode(Node.start(options), name);
  }

  private static Config load(ConfigLoader loader) {
    try {
      return loader.load();
    } catch (ConfigException e) {
      throw new StartFailure(ExitCode.CONFIG_INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  /** What a process of a cluster makes when it is missing is of no use to one that joins. */
  private static void requireSecrets(Config config, Path data, String name) {
    NodeCertificate certificate = NodeCertificate.of(config, data, name);
    if (!certificate.exists()) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "A program that joins a cluster needs a certificate of its own, and there is none in "
              + certificate.directory()
              + ". Run `scripts/weft certificate issue "
              + name
              + "` where the cluster's data directory is, or set `data` or"
              + " `cluster.tlsDirectory`.");
    }
    Path key = data.resolve("master.key");
    if (config.get(NodeKeys.MASTER_KEY).isEmpty() && !Files.exists(key)) {
      throw new StartFailure(
          ExitCode.CONFIG_INVALID,
          "A program that joins a cluster needs its master key, and there is nothing in "
              + key
              + ". Run it where the cluster's data directory is, or set `data` or `masterKey`"
              + " (WEFT_MASTER_KEY).");
    }
  }

  private static DatabaseUrl embedded(Path data) {
    Optional<DatabaseUrl> running = EmbeddedPostgres.running(data);
    return running.orElseThrow(
        () ->
            new StartFailure(
                ExitCode.CONFIG_INVALID,
                "DATABASE_URL is not set, and no embedded database runs in "
                    + data
                    + ". A program that joins a cluster uses the cluster's database: set"
                    + " DATABASE_URL, or on the cluster's machine `data`."));
  }

  public DurableObjects objects() {
    return node.context(name).objects();
  }

  /** Stops it, and the database if it has its own; blocks. */
  @Override
  public void close() {
    node.stop();
  }

  private record ObjectsOnly(ServiceDescriptor descriptor) implements Service {
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
