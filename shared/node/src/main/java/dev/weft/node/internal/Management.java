package dev.weft.node.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthSummary;
import dev.weft.contracts.health.NodeView;
import dev.weft.json.Json;
import dev.weft.mesh.Directory;
import dev.weft.node.ExitCode;
import dev.weft.node.Node;
import dev.weft.node.NodeOptions;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells how the node is: over the mesh for each service, and over HTTP when the process has no
 * other door. Runs on an event loop.
 */
final class Management extends VerticleBase {

  private static final int IDLE_SECONDS = 30;

  /** As often as Prometheus usually asks. */
  private static final long LOOK_MILLIS = 10_000;

  private final RunningNode node;
  private final Map<String, ServiceContext> services;
  private final ReadinessCheck readiness;
  private final Config config;
  private final NodeOptions options;
  private @Nullable HttpServer server;

  Management(
      RunningNode node,
      Map<String, ServiceContext> services,
      ReadinessCheck readiness,
      Config config,
      NodeOptions options) {
    this.node = node;
    this.services = Map.copyOf(services);
    this.readiness = readiness;
    this.config = config;
    this.options = options;
  }

  @Override
  public Future<?> start() {
    List<Future<?>> ready = new ArrayList<>();
    services.forEach(
        (name, service) ->
            ready.add(
                node.mesh()
                    .serve(
                        HealthApi.of(name),
                        (request, call) ->
                            service.health().report().map(report -> report.seeing(view())))));
    ServiceMetrics shown =
        new ServiceMetrics(node.metrics().registry(), node.mesh().directory(), services.values());
    shown.look();
    vertx.setPeriodic(LOOK_MILLIS, timer -> shown.look());
    Timer lag = node.metrics().loopLag();
    ready.add(
        vertx.deployVerticle(
            () -> new LoopLag(lag),
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors())));
    Integer port = port();
    if (port != null) {
      ready.add(listen(port));
    }
    return Future.all(ready);
  }

  /** What this node sees of the others. */
  private NodeView view() {
    Directory directory = node.mesh().directory();
    return new NodeView(
        directory.nodes().stream()
            .map(Directory.NodeInfo::id)
            .limit(HealthSummary.MOST_NODES)
            .toList(),
        readiness.missingServices(),
        directory.agreesWithCluster());
  }

  Optional<URI> address() {
    HttpServer listening = server;
    return listening == null
        ? Optional.empty()
        : Optional.of(
            URI.create(
                "http://" + config.get(NodeKeys.MANAGEMENT_HOST) + ":" + listening.actualPort()));
  }

  private @Nullable Integer port() {
    boolean hasDoor = options.services().stream().anyMatch(service -> service.door() != null);
    if (options.mode() == NodeOptions.Mode.LOCAL || hasDoor) {
      return null;
    }
    int configured = config.get(NodeKeys.MANAGEMENT_PORT);
    if (configured >= 0) {
      return configured;
    }
    return options.services().size() == 1
        ? options.services().getFirst().descriptor().port()
        : null;
  }

  private Future<HttpServer> listen(int port) {
    String host = config.get(NodeKeys.MANAGEMENT_HOST);
    HttpServerOptions http = new HttpServerOptions().setIdleTimeout(IDLE_SECONDS);
    return vertx
        .createHttpServer(http)
        .requestHandler(this::answer)
        .listen(port, host)
        .onSuccess(listening -> server = listening)
        .recover(
            e ->
                Future.failedFuture(
                    new StartFailure(
                        ExitCode.CONFLICT,
                        "The port "
                            + port
                            + " on "
                            + host
                            + " for health and metrics is taken. Stop what uses it, or choose"
                            + " another: --set management.port=PORT",
                        e)));
  }

  private void answer(HttpServerRequest request) {
    boolean reads = request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
    if (!reads) {
      request.response().setStatusCode(405).putHeader("allow", "GET, HEAD").end();
      return;
    }
    switch (request.path()) {
      case "/health" -> health(request);
      // The process is well even when what it depends on is not: a restart would not help.
      case "/livez", "/health/live" -> text(request, 200, "live\n");
      case "/readyz" ->
          readiness.look().onSuccess(found -> text(request, found.status(), found.line()));
      case "/metrics" ->
          request
              .response()
              .putHeader("content-type", Metrics.CONTENT_TYPE)
              .end(node.metrics().scrape());
      default -> request.response().setStatusCode(404).end();
    }
  }

  private static void text(HttpServerRequest request, int status, String line) {
    request.response().setStatusCode(status).putHeader("content-type", "text/plain").end(line);
  }

  private void health(HttpServerRequest request) {
    ServiceContext service = services.values().iterator().next();
    service
        .health()
        .report()
        .onSuccess(
            report -> {
              boolean well =
                  node.state() == Node.State.READY && !report.status().equals(HealthReport.DOWN);
              request
                  .response()
                  .setStatusCode(well ? 200 : 503)
                  .putHeader("content-type", "application/json")
                  .end(text(report));
            });
  }

  private String text(HealthReport report) {
    try {
      return Json.mapper().writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
