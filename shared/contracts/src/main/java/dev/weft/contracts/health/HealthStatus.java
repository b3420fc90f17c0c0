package dev.weft.contracts.health;

import dev.weft.contracts.http.Doc;
import java.util.List;

/**
 * How the whole is, for anybody.
 *
 * @param status as in {@link HealthSummary}
 * @param services one entry each
 */
public record HealthStatus(
    @Doc(allowed = {HealthReport.UP, HealthReport.DEGRADED, HealthReport.DOWN}) String status,
    List<ServiceStatus> services) {
  public HealthStatus {
    services = List.copyOf(services);
  }

  /** What anybody may know of a summary. */
  public static HealthStatus of(HealthSummary summary) {
    return new HealthStatus(
        summary.status(), summary.services().stream().map(ServiceStatus::of).toList());
  }
}
