package dev.weft.all.dev;

import dev.weft.auth.keys.DevKey;
import dev.weft.contracts.Empty;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.gateway.GatewayService;
import dev.weft.mesh.CallContext;
import dev.weft.node.Node;
import dev.weft.node.NodeOptions;
import dev.weft.node.Profile;
import dev.weft.node.Service;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** All services in this process. Thread-safe; its methods block. */
public final class LocalWeft implements AutoCloseable {
  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(5);
  private static final long LOOK_MILLIS = 20;

  private final Node node;
  private final Config config;
  private final List<Service> services;
  private final GatewayService gateway;

  private LocalWeft(Node node, Config config, List<Service> services, GatewayService gateway) {
    this.node = node;
    this.config = config;
    this.services = services;
    this.gateway = gateway;
  }

  /**
   * Starts them.
   *
   * @throws dev.weft.node.StartFailure saying what happened and what to do
   */
  public static LocalWeft start(Config config) {
    List<Service> services = Service.onClassPath();
    GatewayService gateway =
        services.stream()
            .filter(GatewayService.class::isInstance)
            .map(GatewayService.class::cast)
            .findFirst()
            .orElseThrow();
    Node node = Node.start(new NodeOptions("weft", services, NodeOptions.Mode.LOCAL, config));
    return new LocalWeft(node, config, services, gateway);
  }

  /** Where clients connect, without a slash at its end. */
  public String url() {
    return Urls.gateway(config, gateway.port());
  }

  public Path dataDirectory() {
    return Path.of(config.get(NodeKeys.DATA)).toAbsolutePath().normalize();
  }

  public List<Service> services() {
    return services;
  }

  /** The ready-made key; empty in the prod profile. */
  public Optional<String> key() {
    return config.get(NodeKeys.PROFILE) == Profile.DEV
        ? DevKey.read(dataDirectory())
        : Optional.empty();
  }

  /**
   * Waits until all services say that they are well, since some catch up with the database after
   * they have started.
   *
   * @return whether they did so in time
   */
  public boolean awaitReady(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!services.stream().allMatch(service -> ready(service.name()))) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return true;
  }

  /** Whether the service says that it is well. */
  public boolean ready(String service) {
    HealthReport report =
        node.mesh()
            .call(HealthApi.of(service), Empty.INSTANCE, CallContext.background(HEALTH_TIMEOUT))
            .await();
    return !report.status().equals(HealthReport.DOWN);
  }

  /** Stops them all, and the database. Idempotent. */
  @Override
  public void close() {
    node.stop();
  }
}
