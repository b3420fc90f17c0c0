package dev.weft.contracts.health;

import dev.weft.contracts.http.Doc;
import java.util.List;

/**
 * How the whole is.
 *
 * @param status {@link HealthReport#UP} when every service is, {@link HealthReport#DEGRADED} while
 *     the gateway serves what is there, {@link HealthReport#DOWN} when the gateway itself cannot
 *     work
 * @param version of the gateway
 * @param services one entry each
 * @param nodes that are there, all of a service; at most {@link #MOST_NODES}
 */
public record HealthSummary(
    @Doc(allowed = {HealthReport.UP, HealthReport.DEGRADED, HealthReport.DOWN}) String status,
    String version,
    List<HealthReport> services,
    @Doc("Nodes that are there, by name.") List<NodeReport> nodes) {

  /** More are not listed. */
  public static final int MOST_NODES = 1_000;

  public HealthSummary {
    services = List.copyOf(services);
    nodes = List.copyOf(nodes);
  }
}
