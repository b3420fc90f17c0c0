package dev.weft.node.internal;

import dev.weft.contracts.health.HealthReport;
import dev.weft.mesh.Mesh;
import dev.weft.node.Readiness;
import dev.weft.node.Service;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a process has what it needs to serve: its own parts, and a node of each service
 * that it calls. It asks no other node, so that one that is slow makes nobody else unready.
 * Thread-safe.
 */
final class ReadinessCheck {
  private final Supplier<@Nullable String> hindrance;
  private final Mesh mesh;
  private final Set<String> needed = new LinkedHashSet<>();
  private final List<ServiceHealth> own = new CopyOnWriteArrayList<>();

  /**
   * @param hindrance why the node serves nobody now, in one word; null when it may
   * @param services that the process runs
   */
  ReadinessCheck(Supplier<@Nullable String> hindrance, Mesh mesh, List<Service> services) {
    this.hindrance = hindrance;
    this.mesh = mesh;
    services.forEach(service -> needed.addAll(service.descriptor().needs()));
  }

  /** Looks at one more part of the process. */
  void include(ServiceHealth health) {
    own.add(health);
  }

  /** Never fails; within the time that the checks have. */
  Future<Readiness> look() {
    String why = hindrance.get();
    if (why != null) {
      return Future.succeededFuture(new Readiness(List.of(why)));
    }
    List<Future<HealthReport>> reports = own.stream().map(ServiceHealth::report).toList();
    return Future.join(reports).map(all -> missing(reports.stream().map(Future::result).toList()));
  }

  /** Services that the process calls and that no node serves. */
  List<String> missingServices() {
    return needed.stream().filter(service -> mesh.directory().serving(service).isEmpty()).toList();
  }

  private Readiness missing(List<HealthReport> reports) {
    Set<String> missing = new LinkedHashSet<>(missingServices());
    for (HealthReport report : reports) {
      for (HealthReport.Check check : report.checks()) {
        if (check.status().equals(HealthReport.DOWN)) {
          missing.add(check.name());
        }
      }
    }
    return new Readiness(new ArrayList<>(missing));
  }
}
