package dev.weft.testkit.objects;

import dev.weft.contracts.Outcome;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.instance.Activation;
import dev.weft.durable.internal.node.NodeSurroundings;
import dev.weft.durable.internal.runtime.ObjectsRuntime;
import dev.weft.durable.internal.store.PgObjectStore;
import dev.weft.durable.internal.upkeep.Housekeeping;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.ClusteredMesh;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import dev.weft.postgres.Database;
import dev.weft.postgres.DatabaseUrl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One node that hosts objects. */
final class TestHost {
  static final String SCHEMA = "objects";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int POOL = 4;

  final Vertx vertx;
  final Mesh mesh;
  final PgObjectStore store;
  final HoldingStore holding;
  final ObjectsRuntime objects;
  final Host host;
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Database database;

  private TestHost(
      Vertx vertx, Mesh mesh, DatabaseUrl url, ObjectsOptions options, LongSupplier clockShift) {
    this.vertx = vertx;
    this.mesh = mesh;
    database = Database.open(vertx, url, POOL, Map.of(SCHEMA, PgObjectStore.class), PATIENCE);
    store =
        new PgObjectStore(vertx, database.optionsOf(SCHEMA), database.poolOf(SCHEMA), clockShift);
    holding = new HoldingStore(store);
    NodeSurroundings surroundings = NodeSurroundings.of(vertx, holding.asStore(), metrics);
    AtomicReference<Host> made = new AtomicReference<>();
    objects =
        new ObjectsRuntime(
            mesh,
            options,
            metrics,
            all -> {
              made.set(new Host(surroundings, mesh, options, all));
              return made.get();
            },
            Housekeeping::new);
    host = Objects.requireNonNull(made.get());
  }

  /**
   * Starts one; blocks until it may own objects.
   *
   * @param cluster where it joins others; null for a node on its own
   */
  static TestHost start(
      DatabaseUrl url,
      ObjectsOptions options,
      LongSupplier clockShift,
      IdentityVerifier identities,
      @Nullable ClusterOptions cluster,
      List<ObjectClass<?>> classes) {
    MeshOptions mesh = MeshOptions.named("objects-test", "0");
    TestHost host;
    if (cluster == null) {
      Vertx vertx = Vertx.vertx();
      host =
          new TestHost(vertx, Meshes.local(vertx, mesh, _ -> identities), url, options, clockShift);
    } else {
      ClusteredMesh joined =
          Meshes.clustered(new VertxOptions(), builder -> builder, mesh, cluster, _ -> identities)
              .await();
      host = new TestHost(joined.vertx(), joined.mesh(), url, options, clockShift);
    }
    classes.forEach(each -> host.objects.host(each).await());
    return host;
  }

  /** Stops it in good order. */
  void stop() {
    holding.letGo();
    objects.drain().await();
    mesh.close().await();
    store.close().await();
    database.close().await();
    vertx.close().await();
  }

  /** Ends it as a crash does: nothing it has not committed arrives any more. */
  void crash() {
    holding.cut();
    for (Activation each : List.copyOf(host.active())) {
      each.endAsSent(ObjectErrors.reset(each.id(), "crashed.", Outcome.UNKNOWN));
    }
    mesh.close().await();
    vertx.close().await();
  }
}
