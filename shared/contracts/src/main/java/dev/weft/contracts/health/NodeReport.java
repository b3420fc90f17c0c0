package dev.weft.contracts.health;

import dev.weft.contracts.http.Doc;
import java.util.List;

/**
 * A node of the cluster, as the gateway hears of it.
 *
 * @param node its id
 * @param name what people call it: its service's name, or {@code weft}
 * @param version of its software
 * @param state {@code starting}, {@code ready} or {@code draining}
 * @param services whose endpoints it serves
 * @param inFlight calls it worked on when it was last heard of
 * @param since when it started, ISO-8601 in UTC
 */
public record NodeReport(
    @Doc("Its id.") String node,
    @Doc("The name of its service, or `weft` where all are in one process.") String name,
    String version,
    @Doc(allowed = {"starting", "ready", "draining"}) String state,
    @Doc("Whose endpoints it serves.") List<String> services,
    @Doc("Calls it worked on when it was last heard of.") int inFlight,
    @Doc(value = "When it started.", format = "date-time") String since) {
  public NodeReport {
    services = List.copyOf(services);
  }
}
