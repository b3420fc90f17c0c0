package dev.weft.gateway;

import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.gateway.auth.CredentialCache;
import dev.weft.gateway.health.HealthBoard;
import dev.weft.gateway.health.HealthRoutes;
import dev.weft.gateway.health.NodesAsked;
import dev.weft.gateway.http.ClientAddresses;
import dev.weft.gateway.http.Door;
import dev.weft.gateway.http.InvalidRequests;
import dev.weft.gateway.http.Origins;
import dev.weft.gateway.http.Route;
import dev.weft.gateway.http.answer.Faults;
import dev.weft.gateway.http.clock.Admission;
import dev.weft.gateway.http.clock.Connections;
import dev.weft.gateway.http.clock.HttpLimits;
import dev.weft.gateway.metrics.GatewayMetrics;
import dev.weft.gateway.pages.Favicon;
import dev.weft.gateway.pages.Pages;
import dev.weft.gateway.routes.MetricsRoute;
import dev.weft.gateway.routes.ObjectRoutes;
import dev.weft.gateway.routes.Routes;
import dev.weft.gateway.tls.DoorTls;
import dev.weft.gateway.watch.WatcherCount;
import dev.weft.mesh.vertx.HttpServers;
import dev.weft.node.Drainable;
import dev.weft.node.ExitCode;
import dev.weft.node.NodeContext;
import dev.weft.node.StartFailure;
import dev.weft.node.http.AllowedHosts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of one event loop; all of them share the port. */
final class GatewayVerticle extends VerticleBase implements Drainable {
  private static final Logger log = LoggerFactory.getLogger(GatewayVerticle.class);

  /** For errors to reach clients whose streams are cut short by a stop. */
  private static final long LAST_WORDS_MILLIS = 500;

  /** Longest frame of a WebSocket that a client may send. */
  private static final int MAX_FRAME_BYTES = 1_024;

  /** Vert.x's way to say: any free port, but the same for all instances. */
  private static final int SHARED_FREE_PORT = -1;

  /** By machines, every few seconds. */
  private static final Set<String> OFTEN_ASKED =
      Set.of(GatewayApi.HEALTH, GatewayApi.LIVE, GatewayApi.READY, GatewayApi.METRICS);

  private final NodeContext node;
  private final List<ServiceDescriptor> services;
  private final HttpLimits limits;
  private final Admission admission;
  private final CredentialCache credentials;
  private final WatcherCount watchers;
  private final GatewayMetrics metrics;
  private final Connections connections;
  private final HealthBoard health;
  private final AtomicInteger port;
  private final @Nullable DoorTls tls;
  private @Nullable HttpServer server;

  /**
   * @param services whose routes it answers
   * @param port takes the port that is listened on
   * @param tls what to speak TLS with; null for clear text
   */
  GatewayVerticle(
      NodeContext node,
      List<ServiceDescriptor> services,
      HttpLimits limits,
      Admission admission,
      CredentialCache credentials,
      WatcherCount watchers,
      GatewayMetrics metrics,
      AtomicInteger port,
      @Nullable DoorTls tls) {
    this.node = node;
    this.services = services;
    this.limits = limits;
    this.admission = admission;
    this.credentials = credentials;
    this.watchers = watchers;
    this.metrics = metrics;
    this.port = port;
    this.tls = tls;
    this.connections = new Connections(limits, admission, System::nanoTime);
    this.health =
        new HealthBoard(
            node.mesh(),
            services,
            GatewayApi.SERVICE.name(),
            node.version(),
            System::nanoTime,
            node.time());
  }

  @Override
  public Future<?> start() {
    Origins origins =
        new Origins(
            node.config().get(GatewayKeys.ALLOWED_ORIGINS),
            AllowedHosts.of(
                node.config().get(GatewayKeys.HOST), node.config().get(GatewayKeys.ALLOWED_HOSTS)));
    Router router =
        Door.router(
            vertx,
            limits,
            admission,
            node.mesh().budget(),
            connections,
            routes(origins),
            origins,
            new ClientAddresses(node.config().get(GatewayKeys.TRUSTED_PROXIES)),
            credentials,
            metrics);
    vertx.setPeriodic(limits.tickMillis(), timer -> connections.tick());
    // What a revoked key has open ends at once, not at the next tick.
    credentials.onChange(() -> context.runOnContext(changed -> connections.tick()));
    return listen(router)
        .onSuccess(
            listening -> {
              server = listening;
              tell(listening.actualPort());
            })
        .recover(failure -> Future.failedFuture(cannotListen(failure)));
  }

  private Future<HttpServer> listen(Router router) {
    Consumer<HttpServer> handlers =
        created ->
            created
                .connectionHandler(connections::opened)
                .invalidRequestHandler(new InvalidRequests(vertx, metrics))
                .exceptionHandler(failure -> log.debug("A connection failed.", failure))
                .requestHandler(router);
    if (tls == null) {
      return HttpServers.listenClearText(vertx, options(), handlers, connections::accepted);
    }
    HttpServerOptions options = tls.of(options(), limits.headerTimeout());
    HttpServer secure = vertx.createHttpServer(options);
    handlers.accept(secure);
    return secure.listen().onSuccess(listening -> tls.serves(listening, options));
  }

  /**
   * Takes no new connections, lets running exchanges end, and after the configured time ends those
   * that have not.
   */
  @Override
  public Future<Void> drain() {
    Duration timeout = node.config().get(GatewayKeys.DRAIN_TIMEOUT);
    Promise<Void> drained = Promise.promise();
    context.runOnContext(
        x -> {
          health.stopping();
          if (server == null) {
            drained.complete();
            return;
          }
          connections.closeSilent();
          connections.draining();
          long grace = LAST_WORDS_MILLIS;
          long timer =
              vertx.setTimer(
                  Math.max(1, timeout.toMillis()), t -> connections.endAll(Faults.stopping()));
          server
              .shutdown(timeout.toMillis() + grace, TimeUnit.MILLISECONDS)
              .onComplete(
                  closed -> {
                    vertx.cancelTimer(timer);
                    drained.complete();
                  });
        });
    return drained.future();
  }

  private void tell(int actualPort) {
    if (port.getAndSet(actualPort) == 0) {
      log.atInfo()
          .addKeyValue("host", node.config().get(GatewayKeys.HOST))
          .addKeyValue("port", actualPort)
          .addKeyValue("tls", tls != null)
          .log("Listening for clients.");
    }
  }

  private List<Route> routes(Origins origins) {
    Map<String, Route.Handler> own = new HashMap<>(Pages.of(health, node.version()));
    own.put(GatewayApi.HEALTH, HealthRoutes.whole(health));
    own.put(GatewayApi.LIVE, HealthRoutes.live());
    own.put(GatewayApi.READY, HealthRoutes.ready(node::readiness));
    own.put(GatewayApi.INSPECT_NODES, new NodesAsked(node.mesh(), health).route());
    own.put(GatewayApi.METRICS, MetricsRoute.of(node::scrapeMetrics));
    List<Route> routes = new ArrayList<>();
    Routes all =
        new Routes(
            node.mesh(),
            vertx,
            limits,
            origins,
            metrics,
            new ObjectRoutes(vertx, node.objects().door(), services, limits, origins, watchers),
            services);
    for (Route route : all.all(own)) {
      routes.add(OFTEN_ASKED.contains(route.template()) ? route.unlogged() : route);
    }
    for (ServiceDescriptor service : services) {
      if (!own.containsKey(service.healthPath())) {
        Route.Handler report = HealthRoutes.service(health, service.name());
        routes.add(Route.report(service.healthPath(), report).unlogged());
      }
    }
    routes.add(Route.open(GatewayApi.LIVE_BEFORE, HealthRoutes.live()).unlogged());
    routes.add(Route.open("/favicon.ico", new Favicon()).unlogged());
    return routes;
  }

  private HttpServerOptions options() {
    int wanted = node.config().get(GatewayKeys.PORT);
    return new HttpServerOptions()
        .setHost(node.config().get(GatewayKeys.HOST))
        .setPort(wanted == 0 ? SHARED_FREE_PORT : wanted)
        .setTcpNoDelay(true)
        .setReuseAddress(true)
        .setMaxInitialLineLength(HttpLimits.MAX_LINE_BYTES)
        .setMaxHeaderSize(limits.maxHeaderBytes())
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(HttpLimits.MAX_STREAMS)
                .setMaxHeaderListSize(limits.maxHeaderBytes()))
        .setHttp2RstFloodMaxRstFramePerWindow(HttpLimits.MAX_RESETS)
        .setHttp2RstFloodWindowDuration(HttpLimits.RESET_WINDOW_SECONDS)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
        // Nothing but the end is expected of who watches; what is sent goes out in one frame.
        .setMaxWebSocketFrameSize(MAX_FRAME_BYTES)
        .setMaxWebSocketMessageSize(MAX_FRAME_BYTES)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        // Idleness is looked after by Connections, which knows what a connection is waiting for.
        .setIdleTimeout(0);
  }

  private Throwable cannotListen(Throwable failure) {
    String where = node.config().get(GatewayKeys.HOST) + ":" + node.config().get(GatewayKeys.PORT);
    return new StartFailure(
        ExitCode.ofListenFailure(failure),
        "Cannot listen on "
            + where
            + " ("
            + failure.getMessage()
            + "). Stop what uses the port, or set another with 'gateway.port' ("
            + node.config().origin(GatewayKeys.PORT)
            + ").",
        failure);
  }
}
