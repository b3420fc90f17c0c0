package dev.weft.node.internal;

import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthReport.Check;
import dev.weft.node.HealthCheck;
import dev.weft.postgres.Database;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** Whether the database answers, and whether it can keep more. */
final class DatabaseCheck implements HealthCheck {

  /** Less than the limit of all checks, so that this one can say what it looked at. */
  private static final long LIMIT_MILLIS = 1_900;

  private final Database database;
  private final String service;

  DatabaseCheck(Database database, String service) {
    this.database = database;
    this.service = service;
  }

  @Override
  public Future<Check> check() {
    return database
        .poolOf(service)
        .query("SELECT 1")
        .execute()
        .compose(rows -> database.hasRoom(service))
        .timeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .map(
            room ->
                room
                    ? new Check("database", HealthReport.UP, null, null)
                    : new Check(
                        "database",
                        HealthReport.DEGRADED,
                        "the disk is full: reads go on, writes fail",
                        "room on the disk of PostgreSQL at " + database.url()))
        .otherwise(
            e ->
                new Check(
                    "database",
                    HealthReport.DOWN,
                    ServiceHealth.reason(e),
                    "PostgreSQL at " + database.url()));
  }
}
