package dev.weft.gateway;

import dev.weft.contracts.MetricNames;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.auth.CheckCredential;
import dev.weft.contracts.auth.SignedIdentity;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.gateway.auth.CredentialCache;
import dev.weft.gateway.auth.RefusalLimit;
import dev.weft.gateway.auth.RevocationWatch;
import dev.weft.gateway.http.clock.Admission;
import dev.weft.gateway.http.clock.HttpLimits;
import dev.weft.gateway.metrics.GatewayMetrics;
import dev.weft.gateway.tls.CertificateWatch;
import dev.weft.gateway.tls.DoorTls;
import dev.weft.gateway.watch.WatcherCount;
import dev.weft.mesh.ByteBudget;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import dev.weft.node.Deployment;
import dev.weft.node.NodeContext;
import dev.weft.node.Service;
import dev.weft.node.config.ConfigKey;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP door of Weft. Keeps nothing and knows no other service's code. */
public final class GatewayService implements Service {
  private static final int REMEMBERED_CREDENTIALS = 10_000;
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);

  private final List<ServiceDescriptor> services;
  private final AtomicInteger port = new AtomicInteger();

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
  public ServiceDescriptor descriptor() {
    return GatewayApi.SERVICE;
  }

  @Override
  public ConfigKey<Integer> door() {
    return GatewayKeys.PORT;
  }

  @Override
  public List<ConfigKey<?>> settings() {
    return GatewayKeys.ALL;
  }

  @Override
  public List<Deployment> verticles(NodeContext node) {
    HttpLimits limits = HttpLimits.of(node.config());
    long buffered = node.config().get(GatewayKeys.MAX_BUFFERED_BYTES).bytes();
    node.mesh().budget().limit(buffered == 0 ? ByteBudget.quarterOfHeap() : buffered);
    Admission admission = new Admission(limits.maxRequests());
    CredentialCache credentials = credentialCache(node);
    WatcherCount watchers =
        new WatcherCount(
            node.config().get(GatewayKeys.MAX_WATCHERS),
            node.config().get(GatewayKeys.MAX_WATCHERS_PER_KEY));
    Gauge.builder(MetricNames.GATEWAY_WATCHERS_ACTIVE, watchers, WatcherCount::open)
        .description("Objects watched now by clients")
        .register(node.metrics());
    GatewayMetrics metrics =
        new GatewayMetrics(node.metrics(), admission::connections, admission::requests);
    DoorTls tls = DoorTls.of(node.vertx(), node.config(), node.metrics());
    List<Deployment> verticles = new ArrayList<>();
    verticles.add(
        Deployment.onEventLoops(
                () ->
                    new GatewayVerticle(
                        node,
                        services,
                        limits,
                        admission,
                        credentials,
                        watchers,
                        metrics,
                        port,
                        tls))
            .times(eventLoops(node)));
    verticles.add(
        Deployment.onEventLoops(() -> new RevocationWatch(node.mesh(), credentials)).single());
    if (tls != null) {
      verticles.add(Deployment.onEventLoops(() -> new CertificateWatch(tls)).single());
    }
    return verticles;
  }

  /** The port that is listened on; of use when the configured one is 0. */
  public int port() {
    return port.get();
  }

  private static int eventLoops(NodeContext node) {
    int configured = node.config().get(GatewayKeys.EVENT_LOOPS);
    return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
  }

  private static CredentialCache credentialCache(NodeContext node) {
    Mesh mesh = node.mesh();
    return new CredentialCache(
        REMEMBERED_CREDENTIALS,
        (credential, client) -> check(mesh, credential, client),
        new RefusalLimit(
            node.config().get(GatewayKeys.REFUSALS_BURST),
            node.config().get(GatewayKeys.REFUSALS_PER_MINUTE),
            System::nanoTime),
        System::nanoTime,
        node.time()::millis);
  }

  private static Future<SignedIdentity> check(Mesh mesh, String credential, String client) {
    return mesh.call(
        AuthApi.CHECK_CREDENTIAL,
        new CheckCredential(credential, client),
        CallContext.background(CHECK_TIMEOUT));
  }
}
