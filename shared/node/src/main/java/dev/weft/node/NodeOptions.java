package dev.weft.node;

import dev.weft.mesh.IdentityVerifier;
import dev.weft.node.config.Config;
import dev.weft.node.identity.SignedIdentities;
import dev.weft.postgres.DatabaseUrl;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node is to run.
 *
 * @param name what people call it: the service's name, or {@code weft}
 * @param services in the order of their start
 * @param mode whether other processes take part
 * @param config its settings
 * @param database where the database is; null to go by the configuration
 * @param identities makes what verifies callers
 * @param instances how many instances of each service's main verticle; null for as many as it says
 * @param time what time it is, for all that the node runs
 */
public record NodeOptions(
    String name,
    List<Service> services,
    Mode mode,
    Config config,
    @Nullable DatabaseUrl database,
    IdentityVerifier.Factory identities,
    @Nullable Integer instances,
    InstantSource time) {

  /** Whether other processes take part. */
  public enum Mode {
    /** All services in this process; no cluster. */
    LOCAL,
    /** One process of several, over the event bus. */
    CLUSTER
  }

  public NodeOptions {
    services = List.copyOf(services);
  }

  /** A node that goes by its configuration and trusts identities that auth signed. */
  public NodeOptions(String name, List<Service> services, Mode mode, Config config) {
    this(name, services, mode, config, null, SignedIdentities::of, null, InstantSource.system());
  }

  /** The same with a database that runs already. */
  public NodeOptions withDatabase(DatabaseUrl url) {
    return new NodeOptions(name, services, mode, config, url, identities, instances, time);
  }

  /** The same with another verifier of callers. */
  public NodeOptions withIdentities(IdentityVerifier.Factory factory) {
    return new NodeOptions(name, services, mode, config, database, factory, instances, time);
  }

  /**
   * The same with so many instances of each service's main verticle; null for as many as it says.
   */
  public NodeOptions withInstances(@Nullable Integer number) {
    return new NodeOptions(name, services, mode, config, database, identities, number, time);
  }
}
