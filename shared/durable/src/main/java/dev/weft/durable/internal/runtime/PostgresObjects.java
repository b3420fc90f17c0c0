package dev.weft.durable.internal.runtime;

import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectsNode;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.internal.store.PgObjectStore;
import dev.weft.mesh.Mesh;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;

/** A node's objects with their store in PostgreSQL. */
public record PostgresObjects(PgObjectStore store, ObjectsRuntime runtime) implements ObjectsNode {

  /** See {@link ObjectsNode#postgres}. */
  public static PostgresObjects open(
      Vertx vertx,
      Mesh mesh,
      PgConnectOptions options,
      Pool pool,
      ObjectsOptions objectsOptions,
      MeterRegistry registry) {
    PgObjectStore store = new PgObjectStore(vertx, options, pool);
    return new PostgresObjects(
        store, new ObjectsRuntime(vertx, mesh, store, objectsOptions, registry));
  }

  @Override
  public DurableObjects objects() {
    return runtime;
  }

  @Override
  public DurableObjects calls() {
    return runtime.calls();
  }

  @Override
  public Future<Void> drain() {
    return runtime.drain();
  }

  @Override
  public Future<Void> close() {
    return store.close();
  }
}
