package dev.weft.all.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Whether each node finds somebody who serves what it calls. */
final class BindingsCheck implements Check {
  @Override
  public String name() {
    return "bindings";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked {
    List<Finding> found = new ArrayList<>();
    for (JsonNode node : site.nodes().path("nodes")) {
      for (JsonNode missing : node.at("/view/missing")) {
        found.add(
            Finding.of(Fault.BINDING_MISSING, node.at("/report/node").asText(), missing.asText()));
      }
    }
    return found;
  }
}
