package dev.weft.node;

import dev.weft.durable.DurableObjects;
import dev.weft.mesh.Mesh;
import dev.weft.node.config.Config;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.InstantSource;

/** What a node gives its services. Thread-safe. */
public interface NodeContext {

  Vertx vertx();

  Mesh mesh();

  Config config();

  Profile profile();

  /** What time it is. */
  InstantSource time();

  /** Version of the software. */
  String version();

  /**
   * Connections to PostgreSQL whose search path is the service's schema.
   *
   * @throws IllegalStateException when the service did not say it needs a database
   */
  Pool database();

  /**
   * How to open a connection of one's own, with the same search path: for what a pool cannot do,
   * such as listening for notifications. Holds the password: never log it.
   *
   * @throws IllegalStateException as {@link #database()}
   */
  PgConnectOptions databaseOptions();

  /**
   * Durable objects, those of the whole mesh. Every service may call them, also in a node without a
   * database; to host some, and to inspect them, is for a service that said that it {@linkplain
   * Service.Needs#objects needs} to.
   */
  DurableObjects objects();

  /** Where the node keeps files: indexes, keys, the embedded database. Exists. */
  Path dataDirectory();

  /** Secrets derived from the master key. */
  MasterKey masterKey();

  MeterRegistry metrics();

  /** Text of the metrics in Prometheus format 0.0.4. */
  String scrapeMetrics();

  /** Whether the process has what it needs to serve. Never fails. */
  Future<Readiness> readiness();

  /** Adds a check to the service's health. */
  void addHealthCheck(HealthCheck check);
}
