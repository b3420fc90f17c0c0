package dev.weft.contracts.gateway;

import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.http.Doc;
import java.util.List;
import java.util.Map;

/**
 * What there is, for whoever knows nothing yet.
 *
 * @param name of the software
 * @param version of the gateway
 * @param status of the whole, as in {@code HealthSummary}
 * @param services one entry each
 * @param links where to go from here: paths by name, in the order of the map
 */
public record Index(
    String name,
    String version,
    @Doc(allowed = {HealthReport.UP, HealthReport.DEGRADED, HealthReport.DOWN}) String status,
    List<Entry> services,
    Map<String, String> links) {
  public Index {
    services = List.copyOf(services);
  }

  /**
   * A service.
   *
   * @param name of the service
   * @param status as in its health report
   * @param health path of its health report
   */
  public record Entry(
      String name,
      @Doc(allowed = {HealthReport.UP, HealthReport.DEGRADED, HealthReport.DOWN}) String status,
      @Doc("Where its report is.") String health) {}
}
