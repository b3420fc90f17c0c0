package dev.weft.durable;

import dev.weft.durable.internal.runtime.PostgresObjects;
import dev.weft.mesh.Mesh;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;

/** A node's part in the durable objects of a mesh, from its start to its stop. Thread-safe. */
public interface ObjectsNode {

  /** The schema in PostgreSQL; its migrations lie in {@code db/migration/objects}. */
  String SCHEMA = "objects";

  /**
   * Objects kept in PostgreSQL. Takes part in nothing before the first class is hosted.
   *
   * @param options how to connect, with the schema as search path
   * @param pool of such connections; stays open
   */
  static ObjectsNode postgres(
      Vertx vertx,
      Mesh mesh,
      PgConnectOptions options,
      Pool pool,
      ObjectsOptions objectsOptions,
      MeterRegistry registry) {
    return PostgresObjects.open(vertx, mesh, options, pool, objectsOptions, registry);
  }

  DurableObjects objects();

  /**
   * Takes no new objects and gives up those it has; completes when others may have them all. While
   * the mesh still carries calls.
   */
  Future<Void> drain();

  /** Closes its connections; after {@link #drain}. */
  Future<Void> close();
}
