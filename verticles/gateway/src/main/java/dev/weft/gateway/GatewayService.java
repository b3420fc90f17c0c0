package dev.weft.gateway;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.auth.CheckCredential;
import dev.weft.contracts.auth.SignedIdentity;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.gateway.auth.CredentialCache;
import dev.weft.gateway.auth.RevocationWatch;
import dev.weft.gateway.http.clock.Admission;
import dev.weft.gateway.http.clock.HttpLimits;
import dev.weft.gateway.metrics.GatewayMetrics;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.node.config.GatewayKeys;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP door of Weft. Keeps nothing and knows no other service's code. */
public final class GatewayService implements Service {
  private static final Logger log = LoggerFactory.getLogger(GatewayService.class);
  private static final int REMEMBERED_CREDENTIALS = 10_000;
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);

  private final List<ServiceDescriptor> services;
  private final List<GatewayVerticle> doors = new CopyOnWriteArrayList<>();
  private volatile @Nullable Vertx vertx;
  private volatile @Nullable String watch;
  private volatile Duration drainTimeout = Duration.ZERO;

  /** The gateway to all services of Weft. */
  public GatewayService() {
    this(Services.ALL);
  }

  /**
   * @param services whose routes it answers, itself among them
   */
  public GatewayService(List<ServiceDescriptor> services) {
    this.services = List.copyOf(services);
  }

  @Override
  public String name() {
    return GatewayApi.SERVICE.name();
  }

  @Override
  public Needs needs() {
    return Needs.NOTHING;
  }

  @Override
  public Future<Void> start(NodeContext node) {
    Vertx running = node.vertx();
    vertx = running;
    drainTimeout = node.config().get(GatewayKeys.DRAIN_TIMEOUT);
    HttpLimits limits = HttpLimits.of(node.config());
    Admission admission = new Admission(limits.maxRequests());
    CredentialCache credentials = credentialCache(node.mesh());
    GatewayMetrics metrics =
        new GatewayMetrics(node.metrics(), admission::connections, admission::requests);
    List<Future<String>> deployments = new ArrayList<>();
    for (int i = 0; i < eventLoops(node); i++) {
      GatewayVerticle door =
          new GatewayVerticle(node, services, limits, admission, credentials, metrics);
      doors.add(door);
      deployments.add(running.deployVerticle(door, new DeploymentOptions()));
    }
    return Future.all(deployments)
        .compose(all -> running.deployVerticle(new RevocationWatch(node.mesh(), credentials)))
        .onSuccess(
            id -> {
              watch = id;
              log.atInfo()
                  .addKeyValue("host", node.config().get(GatewayKeys.HOST))
                  .addKeyValue("port", port())
                  .log("Listening for clients.");
            })
        .mapEmpty();
  }

  /** The port that is listened on; of use when the configured one is 0. */
  public int port() {
    return doors.isEmpty() ? 0 : doors.getFirst().port();
  }

  @Override
  public Future<Void> drain() {
    Vertx running = vertx;
    String listener = watch;
    List<Future<?>> ends = new ArrayList<>();
    doors.forEach(door -> ends.add(door.drain(drainTimeout)));
    if (running != null && listener != null) {
      ends.add(running.undeploy(listener));
    }
    return Future.join(ends).mapEmpty();
  }

  private static int eventLoops(NodeContext node) {
    int configured = node.config().get(GatewayKeys.EVENT_LOOPS);
    return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
  }

  private static CredentialCache credentialCache(Mesh mesh) {
    return new CredentialCache(
        REMEMBERED_CREDENTIALS,
        credential -> check(mesh, credential),
        System::nanoTime,
        System::currentTimeMillis);
  }

  private static Future<SignedIdentity> check(Mesh mesh, String credential) {
    return mesh.call(
        AuthApi.CHECK_CREDENTIAL,
        new CheckCredential(credential),
        CallContext.background(CHECK_TIMEOUT));
  }
}
