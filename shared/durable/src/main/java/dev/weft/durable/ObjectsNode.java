package dev.weft.durable;

import dev.weft.durable.internal.Ids;
import dev.weft.durable.internal.call.ObjectCalls;
import dev.weft.durable.internal.call.Router;
import dev.weft.durable.internal.runtime.PostgresObjects;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.mesh.Mesh;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;

/** A node's part in the durable objects of a mesh, from its start to its stop. Thread-safe. */
public interface ObjectsNode {

  /** The schema in PostgreSQL; its migrations lie in {@code db/migration/objects}. */
  String SCHEMA = ObjectStore.SCHEMA;

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

  /**
   * Objects of a node that hosts none: it calls those of others by way of the mesh, without a
   * database, a lease or a schema.
   *
   * @param secret what ids are made with: {@link ObjectsOptions#secret} of the nodes that host
   */
  static DurableObjects calling(Vertx vertx, Mesh mesh, byte[] secret) {
    return new ObjectCalls(
        new Ids(secret), new Router(vertx, mesh, Router.Placement::rendezvous, _ -> false));
  }

  /** For those who host objects, and call them. */
  DurableObjects objects();

  /** For those who only call objects. */
  DurableObjects calls();

  /**
   * Takes no new objects and gives up those it has; completes when others may have them all. While
   * the mesh still carries calls.
   */
  Future<Void> drain();

  /** Closes its connections; after {@link #drain}. */
  Future<Void> close();
}
