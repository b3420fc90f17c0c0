package dev.weft.contracts.health;

import dev.weft.contracts.http.Doc;

/**
 * How a service is, for anybody: nothing that tells of machines, versions or reasons.
 *
 * @param service its name
 * @param status as in its {@link HealthReport}
 */
public record ServiceStatus(
    String service,
    @Doc(allowed = {HealthReport.UP, HealthReport.DEGRADED, HealthReport.DOWN}) String status) {

  /** What anybody may know of a report. */
  public static ServiceStatus of(HealthReport report) {
    return new ServiceStatus(report.service(), report.status());
  }
}
