package dev.weft.contracts.health;

import dev.weft.contracts.http.Doc;
import java.util.List;

/**
 * What one node sees of the others.
 *
 * @param nodes ids of those it hears, itself included; at most {@link HealthSummary#MOST_NODES}
 * @param missing services that it calls and finds no node of
 * @param agrees whether those it hears are the members of its cluster
 */
public record NodeView(
    @Doc("Ids of the nodes that it hears, itself included.") List<String> nodes,
    @Doc("Services that it calls and finds no node of.") List<String> missing,
    @Doc("Whether the nodes that it hears are the members of its cluster.") boolean agrees) {
  public NodeView {
    nodes = List.copyOf(nodes);
    missing = List.copyOf(missing);
  }
}
