package dev.weft.testkit.node;

import dev.weft.contracts.Identity;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.FreePorts;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.Mesh;
import dev.weft.node.Node;
import dev.weft.node.NodeContext;
import dev.weft.node.NodeOptions;
import dev.weft.node.Service;
import dev.weft.node.config.Config;
import dev.weft.node.config.ConfigKey;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.identity.SignedIdentities;
import dev.weft.node.security.NodeCertificate;
import dev.weft.node.security.TlsAuthority;
import dev.weft.postgres.DatabaseUrl;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Services in one process for a test: on a local mesh, with an empty database and a data directory
 * of their own, both gone when it is closed. All methods may be called from the test's thread.
 */
public final class TestNode implements AutoCloseable {

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  private final Node node;
  private final List<Service> services;
  private final TestIdentities identities;
  private final boolean signed;
  private final Config config;
  private final Path dataDirectory;
  private final @Nullable DatabaseUrl database;
  private final boolean keepDatabase;
  private final boolean keepDirectory;

  private TestNode(
      Node node,
      List<Service> services,
      TestIdentities identities,
      boolean signed,
      Config config,
      Path dataDirectory,
      @Nullable DatabaseUrl database,
      boolean keepDatabase,
      boolean keepDirectory) {
    this.node = node;
    this.services = services;
    this.identities = identities;
    this.signed = signed;
    this.config = config;
    this.dataDirectory = dataDirectory;
    this.database = database;
    this.keepDatabase = keepDatabase;
    this.keepDirectory = keepDirectory;
  }

  /** Starts services with the default settings. */
  public static TestNode start(Service... services) {
    return builder().start(services);
  }

  /** Settings first. */
  public static Builder builder() {
    return new Builder();
  }

  /** Addresses on loopback whose ports were free a moment ago. */
  public static List<String> freeMembers(int count) {
    return FreePorts.find(count).stream().map(port -> "127.0.0.1:" + port).toList();
  }

  public Mesh mesh() {
    return node.mesh();
  }

  public Vertx vertx() {
    return node.vertx();
  }

  /** What the node gives its first service. */
  public NodeContext context() {
    return node.context(services.getFirst().name());
  }

  /** What the node gives a service. */
  public NodeContext context(String service) {
    return node.context(service);
  }

  /** A context for one call by a principal, with a token that verifies and 10 s to answer. */
  public CallContext as(String tenant, String subject, String... scopes) {
    String token = identities.issue(new Identity(tenant, subject, Set.of(scopes), ""));
    return CallContext.start(
        CallContext.newRequestId(), CallContext.newTraceparent(), CALL_TIMEOUT, token);
  }

  /** A context for one call without an identity. */
  public CallContext anonymous() {
    return CallContext.background(CALL_TIMEOUT);
  }

  public Node node() {
    return node;
  }

  public Config config() {
    return config;
  }

  public Path dataDirectory() {
    return dataDirectory;
  }

  /** The node's database, for a look from outside. */
  public DatabaseUrl database() {
    if (database == null) {
      throw new IllegalStateException("no service of this node needs a database");
    }
    return database;
  }

  /**
   * Stops the node and starts services on its database and files, as a process that starts again
   * would. Close the new one instead of this one.
   */
  public TestNode restart(Service... fresh) {
    node.stop();
    Builder builder = new Builder();
    builder.settings.putAll(((Overrides) config).values());
    builder.signed = signed;
    builder.database = database;
    builder.dataDirectory = dataDirectory;
    builder.identities = identities;
    builder.keepDatabase = keepDatabase;
    builder.keepDirectory = keepDirectory;
    return builder.start(fresh);
  }

  @Override
  public void close() {
    node.stop();
    if (database != null && !keepDatabase) {
      TestDatabases.drop(database);
    }
    if (!keepDirectory) {
      TestDatabases.delete(dataDirectory);
    }
  }

  private record Overrides(Map<String, Object> values) implements Config {
    @Override
    @SuppressWarnings("unchecked") // Builder.set took the value with its key
    public <T> T get(ConfigKey<T> key) {
      return (T) values.getOrDefault(key.name(), key.defaultValue());
    }

    @Override
    public String origin(ConfigKey<?> key) {
      return values.containsKey(key.name()) ? "test" : "default";
    }
  }

  /** Settings of a test's node. */
  public static final class Builder {

    private final Map<String, Object> settings = new HashMap<>();
    private TestIdentities identities = new TestIdentities();
    private boolean signed;
    private @Nullable DatabaseUrl database;
    private @Nullable Path dataDirectory;
    private @Nullable Path authority;
    private NodeOptions.Mode mode = NodeOptions.Mode.LOCAL;
    private boolean keepDatabase;
    private boolean keepDirectory;

    private Builder() {}

    /** Sets one value. */
    public <T> Builder set(ConfigKey<T> key, T value) {
      settings.put(key.name(), value);
      return this;
    }

    /**
     * Callers are verified as in a real node, with the keys that the auth service among the
     * services serves; {@link TestNode#as} is of no use then.
     */
    public Builder signedIdentities() {
      signed = true;
      return this;
    }

    /** Uses a data directory that stays when the node is closed. */
    public Builder dataDirectory(Path directory) {
      dataDirectory = directory;
      keepDirectory = true;
      return this;
    }

    /** Uses a database that stays when the node is closed. */
    public Builder database(DatabaseUrl url) {
      database = url;
      keepDatabase = true;
      return this;
    }

    /**
     * Joins a cluster on loopback instead of being alone.
     *
     * @param members where its nodes find each other, see {@link TestNode#freeMembers}
     * @param index which of them this node is
     */
    public Builder inCluster(List<String> members, int index) {
      String own = members.get(index);
      mode = NodeOptions.Mode.CLUSTER;
      return set(NodeKeys.CLUSTER_NAME, "test-" + members.getFirst())
          .set(NodeKeys.CLUSTER_MEMBERS, members)
          .set(NodeKeys.MANAGEMENT_PORT, 0)
          .set(NodeKeys.CLUSTER_PORT, Integer.valueOf(own.substring(own.indexOf(':') + 1)));
    }

    /**
     * Nodes with one authority can be in one cluster; each is issued a certificate of its own.
     *
     * @param folder of the authority, made when it is missing
     */
    public Builder authority(Path folder) {
      authority = folder;
      return this;
    }

    /** Starts the services. */
    public TestNode start(Service... services) {
      List<Service> list = List.of(services);
      boolean needsDatabase = list.stream().anyMatch(service -> service.needs().database());
      DatabaseUrl url = database;
      if (url == null && needsDatabase) {
        url = TestDatabases.create();
      }
      Path directory = dataDirectory == null ? temporaryDirectory() : dataDirectory;
      settings.put(NodeKeys.DATA.name(), directory.toString());
      Path shared = authority;
      if (shared != null) {
        settings.put(
            NodeKeys.CLUSTER_TLS_DIRECTORY.name(), issue(shared, directory, list).toString());
      }
      Config config = new Overrides(Map.copyOf(settings));
      NodeOptions options =
          new NodeOptions("test", list, mode, config).withIdentities(this::verifier);
      if (url != null) {
        options = options.withDatabase(url);
      }
      return new TestNode(
          Node.start(options),
          list,
          identities,
          signed,
          config,
          directory,
          url,
          keepDatabase,
          keepDirectory);
    }

    private static Path issue(Path shared, Path directory, List<Service> services) {
      NodeCertificate certificate = new NodeCertificate(directory.resolve("certificate"));
      try {
        new TlsAuthority(shared)
            .ensure(certificate, services.stream().map(Service::name).toList(), List.of());
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
      return certificate.directory();
    }

    private IdentityVerifier verifier(Mesh mesh) {
      return signed ? SignedIdentities.of(mesh) : identities;
    }

    private static Path temporaryDirectory() {
      try {
        return Files.createTempDirectory("weft-test-data");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
