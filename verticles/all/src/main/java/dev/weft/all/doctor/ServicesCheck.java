package dev.weft.all.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.contracts.health.HealthReport;
import java.util.ArrayList;
import java.util.List;

/** How the services say they are. */
final class ServicesCheck implements Check {
  @Override
  public String name() {
    return "services";
  }

  @Override
  public List<Finding> look(Site site) throws NotChecked {
    List<Finding> found = new ArrayList<>();
    for (JsonNode service : site.health().path("services")) {
      String name = service.path("service").asText();
      for (JsonNode check : service.path("checks")) {
        String status = check.path("status").asText();
        if (status.equals(HealthReport.UP) || IndexCheck.isIndex(name, check)) {
          continue;
        }
        found.add(
            Finding.of(
                fault(status),
                name + ", " + check.path("name").asText(),
                check.path("detail").asText("-"),
                check.path("needs").asText("-")));
      }
      String whole = service.path("status").asText();
      // Without a key that may know, or when it is not there, only this is told.
      if (!whole.equals(HealthReport.UP) && service.path("checks").isEmpty()) {
        found.add(Finding.of(fault(whole), name, "-", "-"));
      }
    }
    return found;
  }

  private static Fault fault(String status) {
    return status.equals(HealthReport.DOWN) ? Fault.SERVICE_DOWN : Fault.SERVICE_DEGRADED;
  }
}
