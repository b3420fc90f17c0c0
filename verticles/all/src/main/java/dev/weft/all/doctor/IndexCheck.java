package dev.weft.all.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.rag.RagApi;
import java.util.ArrayList;
import java.util.List;

/** Whether the search index has caught up with the database. */
final class IndexCheck implements Check {
  @Override
  public String name() {
    return "index";
  }

  /** Whether it is the index that a check of a service's health is about. */
  static boolean isIndex(String service, JsonNode check) {
    return service.equals(RagApi.SERVICE.name()) && check.path("name").asText().equals("index");
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked {
    List<Finding> found = new ArrayList<>();
    boolean seen = false;
    for (JsonNode service : site.health().path("services")) {
      for (JsonNode check : service.path("checks")) {
        if (isIndex(service.path("service").asText(), check)) {
          seen = true;
          if (!check.path("status").asText().equals(HealthReport.UP)) {
            found.add(
                Finding.of(
                    Fault.INDEX_BEHIND, RagApi.SERVICE.name(), check.path("detail").asText("-")));
          }
        }
      }
    }
    if (!seen) {
      throw new NotChecked("index");
    }
    return found;
  }
}
