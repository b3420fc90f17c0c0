package dev.weft.node.internal;

import dev.weft.durable.DurableObjects;
import dev.weft.mesh.Mesh;
import dev.weft.node.BuildInfo;
import dev.weft.node.HealthCheck;
import dev.weft.node.MasterKey;
import dev.weft.node.NodeContext;
import dev.weft.node.Profile;
import dev.weft.node.Readiness;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.postgres.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What one service gets of its node.
 *
 * @param service its name
 * @param openDatabase null when no service of the node needs one
 */
record ServiceContext(
    String service,
    Vertx vertx,
    Mesh mesh,
    Config config,
    @Nullable Database openDatabase,
    DurableObjects objects,
    DataDirectory data,
    MasterKey masterKey,
    Metrics nodeMetrics,
    ServiceHealth health,
    ReadinessCheck readinessCheck,
    InstantSource time)
    implements NodeContext {

  @Override
  public Path dataDirectory() {
    return data.writable();
  }

  @Override
  public Profile profile() {
    return config.get(NodeKeys.PROFILE);
  }

  @Override
  public String version() {
    return BuildInfo.version();
  }

  @Override
  public Pool database() {
    return required().poolOf(service);
  }

  @Override
  public PgConnectOptions databaseOptions() {
    return required().optionsOf(service);
  }

  @Override
  public MeterRegistry metrics() {
    return nodeMetrics.registry();
  }

  @Override
  public String scrapeMetrics() {
    return nodeMetrics.scrape();
  }

  @Override
  public Future<Readiness> readiness() {
    return readinessCheck.look();
  }

  @Override
  public void addHealthCheck(HealthCheck check) {
    health.add(check);
  }

  private Database required() {
    if (openDatabase == null || !openDatabase.serves(service)) {
      throw new IllegalStateException(
          "The service " + service + " did not say that it needs a database.");
    }
    return openDatabase;
  }
}
