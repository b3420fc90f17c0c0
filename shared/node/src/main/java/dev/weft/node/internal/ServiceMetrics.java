package dev.weft.node.internal;

import dev.weft.contracts.MetricNames;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.Services;
import dev.weft.contracts.health.HealthReport;
import dev.weft.mesh.Directory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Shows how the services of a node are, and how many nodes of each service it hears. */
final class ServiceMetrics {
  /** Checks that are shown; a service has a handful. */
  private static final int MAX_CHECKS = 200;

  private final Map<String, ServiceHealth> services;
  private final Map<String, HealthReport> latest = new ConcurrentHashMap<>();
  private final MultiGauge checks;

  ServiceMetrics(MeterRegistry registry, Directory directory, Collection<ServiceContext> services) {
    this.services = new LinkedHashMap<>();
    services.forEach(one -> this.services.put(one.service(), one.health()));
    for (String service : this.services.keySet()) {
      Gauge.builder(MetricNames.SERVICE_UP, () -> isDown(service) ? 0 : 1)
          .description("1 while the service of this node is up or degraded")
          .tag("service", service)
          .strongReference(true)
          .register(registry);
    }
    for (ServiceDescriptor service : Services.ALL) {
      Gauge.builder(
              MetricNames.SERVICE_NODES, directory, heard -> heard.serving(service.name()).size())
          .description("Nodes of the service that this node hears and that take calls")
          .tag("service", service.name())
          .register(registry);
    }
    checks =
        MultiGauge.builder(MetricNames.CHECK_UP)
            .description("1 while a check of a service holds, degraded or not")
            .register(registry);
  }

  private boolean isDown(String service) {
    HealthReport report = latest.get(service);
    return report != null && report.status().equals(HealthReport.DOWN);
  }

  /** Looks at all of them; what is shown changes when they have answered. */
  void look() {
    services.forEach(
        (name, health) ->
            health
                .report()
                .onSuccess(
                    report -> {
                      latest.put(name, report);
                      show();
                    }));
  }

  private synchronized void show() {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    latest.forEach(
        (service, report) -> {
          for (HealthReport.Check check : report.checks()) {
            if (rows.size() < MAX_CHECKS) {
              rows.add(
                  MultiGauge.Row.of(
                      Tags.of("service", service, "check", check.name()),
                      check.status().equals(HealthReport.DOWN) ? 0 : 1));
            }
          }
        });
    checks.register(rows, true);
  }
}
