package dev.weft.all.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whether the nodes see each other, and run the same software. */
final class ClusterCheck implements Check {
  @Override
  public String name() {
    return "cluster";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked {
    JsonNode nodes = site.nodes().path("nodes");
    List<Finding> found = new ArrayList<>();
    Set<String> versions = new TreeSet<>();
    for (JsonNode node : nodes) {
      versions.add(node.at("/report/version").asText());
      JsonNode view = node.path("view");
      if (node.has("silent")) {
        found.add(Finding.of(Fault.CLUSTER_SILENT, id(node), node.path("silent").asText()));
      } else if (!view.isMissingNode()) {
        split(nodes, node, found);
        if (!view.path("agrees").asBoolean(true)) {
          found.add(Finding.of(Fault.CLUSTER_LOST, id(node)));
        }
      }
    }
    if (versions.size() > 1) {
      found.add(Finding.of(Fault.CLUSTER_VERSIONS, String.join(", ", versions)));
    }
    return found;
  }

  private static void split(JsonNode nodes, JsonNode node, List<Finding> found) {
    Set<String> seen = new HashSet<>();
    node.at("/view/nodes").forEach(one -> seen.add(one.asText()));
    for (JsonNode other : nodes) {
      if (other.at("/report/state").asText().equals("ready") && !seen.contains(id(other))) {
        found.add(Finding.of(Fault.CLUSTER_SPLIT, id(node), id(other)));
      }
    }
  }

  private static String id(JsonNode node) {
    return node.at("/report/node").asText();
  }
}
