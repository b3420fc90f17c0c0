package dev.weft.gateway.http.answer;

import dev.weft.gateway.auth.CredentialCache;
import dev.weft.gateway.http.ClientAddresses;
import dev.weft.gateway.http.clock.Admission;
import dev.weft.gateway.http.clock.HttpLimits;
import dev.weft.gateway.metrics.GatewayMetrics;
import dev.weft.mesh.ByteBudget;
import io.vertx.core.Vertx;

/**
 * What every exchange of a gateway shares.
 *
 * @param admission left when an admitted exchange ends
 * @param budget what the process may keep of bodies
 * @param credentials of callers, which may end before their exchanges do
 * @param clients tell where requests come from
 * @param faults turns what went wrong into an error to show
 */
public record Surroundings(
    Vertx vertx,
    HttpLimits limits,
    GatewayMetrics metrics,
    Admission admission,
    ByteBudget budget,
    CredentialCache credentials,
    ClientAddresses clients,
    Faults faults) {}
