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
        Fault fault =
            status.equals(HealthReport.DOWN) ? Fault.SERVICE_DOWN : Fault.SERVICE_DEGRADED;
        found.add(
            Finding.of(
                fault,
                name + ", " + check.path("name").asText(),
                check.path("detail").asText("-"),
                check.path("needs").asText("-")));
      }
      if (service.path("status").asText().equals(HealthReport.DOWN)
          && service.path("checks").isEmpty()) {
        found.add(Finding.of(Fault.SERVICE_DOWN, name, "-", "-"));
      }
    }
    return found;
  }
}
