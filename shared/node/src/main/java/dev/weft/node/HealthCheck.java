package dev.weft.node;

import dev.weft.contracts.health.HealthReport;
import io.vertx.core.Future;

/** Looks at one thing a service depends on; asked at most once a second, must answer within two. */
@FunctionalInterface
public interface HealthCheck {
  Future<HealthReport.Check> check();
}
