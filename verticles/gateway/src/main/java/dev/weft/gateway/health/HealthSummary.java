package dev.weft.gateway.health;

import dev.weft.contracts.health.HealthReport;
import java.util.List;

/**
 * How the whole is.
 *
 * @param status {@link HealthReport#UP} when every service is, {@link HealthReport#DEGRADED} while
 *     the gateway serves what is there, {@link HealthReport#DOWN} when the gateway itself cannot
 *     work
 * @param version of the gateway
 * @param services one entry each
 */
public record HealthSummary(String status, String version, List<HealthReport> services) {
  public HealthSummary {
    services = List.copyOf(services);
  }

  static HealthSummary of(String version, List<HealthReport> services) {
    boolean allUp = services.stream().allMatch(one -> one.status().equals(HealthReport.UP));
    boolean gatewayDown =
        services.stream()
            .anyMatch(
                one -> one.service().equals("gateway") && one.status().equals(HealthReport.DOWN));
    String status =
        allUp ? HealthReport.UP : gatewayDown ? HealthReport.DOWN : HealthReport.DEGRADED;
    return new HealthSummary(status, version, services);
  }
}
