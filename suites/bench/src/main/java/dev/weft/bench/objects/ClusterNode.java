package dev.weft.bench.objects;

import dev.weft.durable.ObjectClass;
import dev.weft.durable.ProcessTag;
import dev.weft.durable.internal.runtime.ObjectsRuntime;
import dev.weft.durable.internal.store.PgObjectStore;
import dev.weft.mesh.ClusterOptions;
import dev.weft.mesh.ClusteredMesh;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import dev.weft.mesh.Meshes;
import dev.weft.postgres.Database;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.TestIdentities;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A node of a cluster on loopback that can call objects, and host them. */
final class ClusterNode implements AutoCloseable {
  private static final int POOL = 8;

  final Vertx vertx;
  final ObjectsRuntime objects;
  private final ClusteredMesh node;
  private final Database database;
  private final PgObjectStore store;

  /**
   * @param ports of all nodes, this one's first
   */
  ClusterNode(DatabaseUrl url, String clusterName, List<Integer> ports) {
    List<String> members = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    VertxOptions options =
        new VertxOptions().setEventLoopPoolSize(Plant.EVENT_LOOPS).setPreferNativeTransport(true);
    node =
        Meshes.clustered(
                options,
                builder -> builder,
                MeshOptions.named("bench", "0"),
                new ClusterOptions("127.0.0.1", ports.getFirst(), 0, members, clusterName, null),
                _ -> new TestIdentities())
            .await();
    vertx = node.vertx();
    database =
        Database.open(
            vertx, url, POOL, Map.of(Plant.SCHEMA, PgObjectStore.class), Duration.ofSeconds(20));
    store =
        new PgObjectStore(vertx, database.optionsOf(Plant.SCHEMA), database.poolOf(Plant.SCHEMA));
    objects =
        new ObjectsRuntime(
            vertx,
            node.mesh(),
            store,
            Plant.OPTIONS.withTag(ProcessTag.of(ProcessHandle.current())),
            new SimpleMeterRegistry());
  }

  Mesh mesh() {
    return node.mesh();
  }

  void host() {
    objects.host(ObjectClass.of(Box.CLUSTERED, BoxObject::new)).await();
  }

  @Override
  public void close() {
    objects.drain().await();
    node.mesh().close().await();
    store.close().await();
    database.close().await();
    vertx.close().await();
  }
}
