package dev.weft.contracts.health;

import dev.weft.contracts.Empty;
import dev.weft.contracts.Endpoint;
import dev.weft.contracts.UnaryEndpoint;

/** Health, asked of a service over the mesh. */
public final class HealthApi {

  /** The health endpoint of a service; served by the node that runs it. Open, idempotent. */
  public static UnaryEndpoint<Empty, HealthReport> of(String service) {
    return Endpoint.unary(service + ".health", Empty.class, HealthReport.class)
        .asIdempotent()
        .asOpen();
  }

  private HealthApi() {}
}
