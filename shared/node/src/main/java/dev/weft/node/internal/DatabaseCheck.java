package dev.weft.node.internal;

import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthReport.Check;
import dev.weft.node.HealthCheck;
import dev.weft.postgres.DatabaseUrl;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.concurrent.TimeUnit;

/** Whether the database answers. */
final class DatabaseCheck implements HealthCheck {

  /** Less than the limit of all checks, so that this one can say what it looked at. */
  private static final long LIMIT_MILLIS = 1_900;

  private final Pool pool;
  private final DatabaseUrl url;

  DatabaseCheck(Pool pool, DatabaseUrl url) {
    this.pool = pool;
    this.url = url;
  }

  @Override
  public Future<Check> check() {
    return pool.query("SELECT 1")
        .execute()
        .timeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .map(rows -> new Check("database", HealthReport.UP, null, null))
        .otherwise(
            e ->
                new Check(
                    "database",
                    HealthReport.DOWN,
                    ServiceHealth.reason(e),
                    "PostgreSQL at " + url));
  }
}
