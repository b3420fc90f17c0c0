package dev.weft.node.internal;

import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectsNode;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.ProcessTag;
import dev.weft.mesh.ClusteredMesh;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import dev.weft.node.BuildInfo;
import dev.weft.node.ExitCode;
import dev.weft.node.MasterKey;
import dev.weft.node.Node;
import dev.weft.node.NodeContext;
import dev.weft.node.NodeOptions;
import dev.weft.node.Service;
import dev.weft.node.Shutdown;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.logging.Logging;
import dev.weft.postgres.Database;
import dev.weft.postgres.DatabaseFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The parts of a node, started one after the other and stopped the other way round. */
public final class RunningNode implements Node {

  private static final Logger log = LoggerFactory.getLogger(RunningNode.class);

  private static final Duration SERVICE_START_LIMIT = Duration.ofSeconds(60);
  private static final Duration SERVICE_STOP_LIMIT = Duration.ofSeconds(3);
  private static final Duration PART_STOP_LIMIT = Duration.ofSeconds(3);

  /** Purpose of the secret that object ids are made with. */
  private static final String OBJECT_IDS = "objects.ids";

  private final NodeOptions options;
  private final Config config;
  private final DataDirectory data;
  private final Metrics metrics = new Metrics();
  private final Map<String, ServiceContext> contexts = new LinkedHashMap<>();
  private final List<DeployedService> started = new CopyOnWriteArrayList<>();
  private volatile State state = State.STARTING;
  private final DatabaseServer server;
  private volatile @Nullable Vertx vertx;
  private volatile @Nullable Mesh mesh;
  private @Nullable Instant certificateEnds;
  private volatile @Nullable Database database;
  private volatile @Nullable ObjectsNode objects;
  private volatile @Nullable Management management;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final Shutdown.Registration atTheEnd;

  private RunningNode(NodeOptions options) {
    this.options = options;
    this.config = options.config();
    this.data = DataDirectory.of(config);
    this.server = new DatabaseServer(options, data);
    // Before anything runs: an interrupt during the start must leave nothing behind either.
    this.atTheEnd = Shutdown.register("node", this::stop);
  }

  /** See {@link Node#start}. */
  public static Node start(NodeOptions options) {
    RunningNode node = new RunningNode(options);
    try {
      node.start();
      return node;
    } catch (Throwable e) {
      node.stop();
      throw explained(e);
    }
  }

  private void start() {
    long start = System.nanoTime();
    MasterKey masterKey = MasterKeys.open(config, data);
    // The database server starts on its own while Vert.x does.
    server.begin();
    MeshOptions meshOptions =
        MeshOptions.named(options.name(), BuildInfo.version())
            .withDrainTimeout(config.get(NodeKeys.DRAIN_TIMEOUT))
            .withTime(options.time())
            .withMeters(new BusMetrics(metrics.registry()));
    Mesh joined = join(meshOptions);
    Logging.instance(joined.nodeId());
    metrics.tell(joined.budget());
    metrics.tell(data);
    Vertx running = vertx();
    openDatabase(running);
    openObjects(running, joined, masterKey);
    ReadinessCheck readiness = new ReadinessCheck(this::hindrance, joined, options.services());
    for (Service service : options.services()) {
      contexts.put(service.name(), context(service, running, joined, masterKey, readiness));
    }
    startServices();
    Management serving = new Management(this, contexts, readiness, config, options);
    management = serving;
    running.deployVerticle(serving).await();
    becomeReady();
    StopClasses.load();
    log.atInfo()
        .addKeyValue("node", joined.nodeId())
        .addKeyValue("services", contexts.keySet())
        .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
        .log("Ready");
  }

  private Mesh join(MeshOptions meshOptions) {
    if (options.mode() == NodeOptions.Mode.CLUSTER) {
      ClusterJoin cluster = new ClusterJoin(options, data);
      ClusteredMesh clustered = cluster.join(meshOptions);
      certificateEnds = cluster.certificateEnds();
      vertx = clustered.vertx();
      mesh = clustered.mesh();
      metrics.tell(certificateEnds);
      return clustered.mesh();
    }
    Vertx own = VertxFactory.local();
    vertx = own;
    Mesh local = Meshes.local(own, meshOptions, options.identities());
    mesh = local;
    return local;
  }

  private void openDatabase(Vertx running) {
    Map<String, Class<?>> schemas = new LinkedHashMap<>();
    for (Service service : options.services()) {
      if (service.needs().database()) {
        schemas.put(service.name(), service.getClass());
      }
    }
    if (needsObjects()) {
      schemas.put(ObjectsNode.SCHEMA, ObjectsNode.class);
    }
    if (!schemas.isEmpty()) {
      int limit = config.get(NodeKeys.DATABASE_POOL_SIZE);
      Database opened =
          Database.open(running, server.url(), limit, schemas, config.get(NodeKeys.DATABASE_WAIT));
      database = opened;
      metrics.tell(opened, schemas.keySet(), limit);
    }
  }

  private boolean needsObjects() {
    return options.services().stream().anyMatch(service -> service.needs().objects());
  }

  private void openObjects(Vertx running, Mesh joined, MasterKey masterKey) {
    Database open = database;
    if (open != null && needsObjects()) {
      objects =
          ObjectsNode.postgres(
              running,
              joined,
              open.optionsOf(ObjectsNode.SCHEMA),
              open.poolOf(ObjectsNode.SCHEMA),
              ObjectsOptions.of(masterKey.derive(OBJECT_IDS))
                  .withTag(ProcessTag.of(ProcessHandle.current())),
              metrics.registry());
    }
  }

  /** What the service may do with objects: host them too, or only call them. */
  private DurableObjects objectsOf(
      Service service, Vertx running, Mesh joined, MasterKey masterKey) {
    ObjectsNode hosted = objects;
    if (hosted == null) {
      return ObjectsNode.calling(running, joined, masterKey.derive(OBJECT_IDS));
    }
    return service.needs().objects() ? hosted.objects() : hosted.calls();
  }

  private ServiceContext context(
      Service service, Vertx running, Mesh joined, MasterKey masterKey, ReadinessCheck readiness) {
    ServiceHealth health =
        new ServiceHealth(service.name(), joined.nodeId(), System::nanoTime, options.time());
    Instant ends = certificateEnds;
    if (ends != null) {
      health.add(new CertificateCheck(ends, service.name(), options.time()));
    }
    Database open = database;
    if (open != null && open.serves(service.name())) {
      health.add(new DatabaseCheck(open, service.name()));
    }
    if (open != null && service.needs().objects()) {
      health.add(new DatabaseCheck(open, ObjectsNode.SCHEMA));
    }
    readiness.include(health);
    return new ServiceContext(
        service.name(),
        running,
        joined,
        config,
        open,
        objectsOf(service, running, joined, masterKey),
        data,
        masterKey,
        metrics,
        health,
        readiness,
        options.time());
  }

  private void startServices() {
    List<Future<Void>> starting = new ArrayList<>();
    for (Service service : options.services()) {
      DeployedService deployed =
          new DeployedService(service, context(service.name()), options.instances());
      started.add(deployed);
      starting.add(
          deployed
              .start()
              .timeout(SERVICE_START_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
              .recover(e -> Future.failedFuture(explained(service.name(), e))));
    }
    Future.join(starting).await();
  }

  private synchronized void becomeReady() {
    if (state != State.STARTING) {
      throw new StartFailure(ExitCode.FAILED, "Stopped while it started.");
    }
    state = State.READY;
  }

  private @Nullable String hindrance() {
    return switch (state) {
      case STARTING -> "starting";
      case READY -> null;
      case DRAINING, STOPPED -> "stopping";
    };
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public Mesh mesh() {
    return Objects.requireNonNull(mesh);
  }

  @Override
  public Vertx vertx() {
    return Objects.requireNonNull(vertx);
  }

  @Override
  public NodeContext context(String service) {
    ServiceContext context = contexts.get(service);
    if (context == null) {
      throw new IllegalArgumentException("this node runs no service " + service);
    }
    return context;
  }

  @Override
  public Optional<URI> management() {
    return Optional.ofNullable(management).flatMap(Management::address);
  }

  Metrics metrics() {
    return metrics;
  }

  @Override
  public void stop() {
    State before = beginToStop();
    if (before != State.STARTING && before != State.READY) {
      // Somebody else is at it, and each part has its limit.
      stopped.join();
      return;
    }
    try {
      stopParts();
    } finally {
      state = State.STOPPED;
      atTheEnd.forget();
      stopped.complete(null);
    }
    log.atLevel(before == State.READY ? Level.INFO : Level.DEBUG).log("Stopped");
  }

  private synchronized State beginToStop() {
    State before = state;
    if (before == State.STARTING || before == State.READY) {
      state = State.DRAINING;
    }
    return before;
  }

  private void stopParts() {
    Duration drain = config.get(NodeKeys.DRAIN_TIMEOUT).plusSeconds(1);
    List<Future<Void>> draining = started.stream().map(DeployedService::drain).toList();
    quietly("drain", Future.join(draining).mapEmpty(), drain);
    ObjectsNode hosted = objects;
    if (hosted != null) {
      // While the mesh still carries calls: the objects go to other nodes now.
      quietly("objects", hosted.drain(), drain);
    }
    Mesh joined = mesh;
    if (joined != null) {
      quietly("mesh", joined.close(), drain);
    }
    for (DeployedService service : started.reversed()) {
      quietly("service " + service.name(), service.stop(), SERVICE_STOP_LIMIT);
    }
    if (hosted != null) {
      quietly("object store", hosted.close(), PART_STOP_LIMIT);
    }
    Database open = database;
    if (open != null) {
      quietly("database pools", open.close(), PART_STOP_LIMIT);
    }
    Vertx running = vertx;
    if (running != null) {
      quietly("Vert.x", running.close(), PART_STOP_LIMIT);
    }
    server.stop();
    metrics.close();
  }

  private static void quietly(String part, Future<Void> stopping, Duration limit) {
    try {
      stopping.timeout(limit.toMillis(), TimeUnit.MILLISECONDS).await();
    } catch (Throwable e) {
      log.atWarn().addKeyValue("part", part).setCause(e).log("Did not stop cleanly");
    }
  }

  private static StartFailure explained(String service, Throwable e) {
    if (e instanceof StartFailure known) {
      return known;
    }
    if (ExitCode.ofListenFailure(e) == ExitCode.CONFLICT) {
      return new StartFailure(
          ExitCode.CONFLICT,
          "The service "
              + service
              + " cannot listen: "
              + e.getMessage()
              + ". Stop what uses the port, or choose another.",
          e);
    }
    return new StartFailure(
        ExitCode.FAILED,
        "The service "
            + service
            + " did not start: "
            + (e.getMessage() == null ? e : e.getMessage()),
        e);
  }

  private static StartFailure explained(Throwable e) {
    return switch (e) {
      case StartFailure known -> known;
      case DatabaseFailure failure -> StartFailure.of(failure);
      default -> new StartFailure(ExitCode.FAILED, "The node did not start: " + e, e);
    };
  }
}
