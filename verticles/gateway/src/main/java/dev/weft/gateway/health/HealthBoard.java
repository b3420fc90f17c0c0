package dev.weft.gateway.health;

import dev.weft.contracts.Empty;
import dev.weft.contracts.ServiceDescriptor;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.contracts.health.HealthSummary;
import dev.weft.contracts.health.NodeReport;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Directory.NodeInfo;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How the services are: asked of each over the mesh, remembered for a second. One for each event
 * loop; that event loop only.
 */
public final class HealthBoard {
  private static final Duration ASK_TIMEOUT = Duration.ofMillis(1_500);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final Mesh mesh;
  private final List<ServiceDescriptor> services;
  private final String self;
  private final String version;
  private final LongSupplier nanoClock;
  private final InstantSource time;
  private final Instant started;
  private final Map<String, Asked> asked = new HashMap<>();
  private final Map<String, HealthReport> last = new HashMap<>();
  private boolean stopping;

  /**
   * @param services all there should be
   * @param self name of the one that asks
   */
  public HealthBoard(
      Mesh mesh,
      List<ServiceDescriptor> services,
      String self,
      String version,
      LongSupplier nanoClock,
      InstantSource time) {
    this.mesh = mesh;
    this.services = List.copyOf(services);
    this.self = self;
    this.version = version;
    this.nanoClock = nanoClock;
    this.time = time;
    this.started = now();
  }

  /** From now on the gateway itself is down. */
  public void stopping() {
    stopping = true;
  }

  /** What there should be, in the order in which people see it. */
  public List<ServiceDescriptor> services() {
    return services;
  }

  /** All services. Never fails. */
  public Future<HealthSummary> summary() {
    List<Future<HealthReport>> reports =
        services.stream().map(service -> report(service.name())).toList();
    return Future.join(reports).map(all -> summary(reports.stream().map(Future::result).toList()));
  }

  private HealthSummary summary(List<HealthReport> reports) {
    boolean allUp = reports.stream().allMatch(one -> one.status().equals(HealthReport.UP));
    boolean selfDown =
        reports.stream()
            .anyMatch(one -> one.service().equals(self) && one.status().equals(HealthReport.DOWN));
    String status = allUp ? HealthReport.UP : selfDown ? HealthReport.DOWN : HealthReport.DEGRADED;
    return new HealthSummary(status, version, reports, nodes());
  }

  /** The nodes that are there, by name. */
  List<NodeReport> nodes() {
    return mesh.directory().nodes().stream()
        .sorted(Comparator.comparing(NodeInfo::name).thenComparing(NodeInfo::id))
        .limit(HealthSummary.MOST_NODES)
        .map(this::report)
        .toList();
  }

  private NodeReport report(NodeInfo node) {
    Set<String> serves = node.services();
    return new NodeReport(
        node.id(),
        node.name(),
        node.version(),
        node.state().name().toLowerCase(Locale.ROOT),
        services.stream().map(ServiceDescriptor::name).filter(serves::contains).toList(),
        node.inFlight(),
        node.startedAt().truncatedTo(ChronoUnit.MILLIS).toString());
  }

  /** One service. Never fails. */
  public Future<HealthReport> report(String service) {
    Asked known = asked.get(service);
    long now = nanoClock.getAsLong();
    if (known != null && (!known.answer.isComplete() || now - known.atNanos < FRESH_NANOS)) {
      return known.answer;
    }
    Future<HealthReport> answer = ask(service).map(report -> remember(withSteadySince(report)));
    asked.put(service, new Asked(answer, now));
    return answer;
  }

  private Future<HealthReport> ask(String service) {
    boolean own = service.equals(self);
    if (own && stopping) {
      return Future.succeededFuture(
          down(service, "is stopping", "Send requests to another gateway."));
    }
    if (mesh.directory().serving(service).isEmpty()) {
      return Future.succeededFuture(own ? up(service) : missing(service));
    }
    return mesh.call(HealthApi.of(service), Empty.INSTANCE, CallContext.background(ASK_TIMEOUT))
        .map(report -> report.seeing(null))
        .recover(failure -> Future.succeededFuture(own ? up(service) : silent(service, failure)));
  }

  private HealthReport missing(String service) {
    Instant since = mesh.directory().missingSince(service);
    HealthReport report =
        down(
            service,
            since == null
                ? "has not been there since this gateway started"
                : "left and has not come back",
            "Start it: java -jar verticles/"
                + service
                + "/target/weft-"
                + service
                + ".jar"
                + " (or all services: scripts/weft dev)");
    return since == null ? report : withSince(report, since.truncatedTo(ChronoUnit.MILLIS));
  }

  private HealthReport silent(String service, Throwable failure) {
    String code = WeftException.from(self, failure).error().code();
    return down(
        service, "is there but does not answer: " + code, "See the log of " + service + ".");
  }

  private HealthReport up(String service) {
    return new HealthReport(
        service, HealthReport.UP, mesh.nodeId(), version, started.toString(), List.of());
  }

  private HealthReport down(String service, String found, String needs) {
    return new HealthReport(
        service,
        HealthReport.DOWN,
        null,
        null,
        now().toString(),
        List.of(
            new HealthReport.Check("service", HealthReport.DOWN, service + " " + found, needs)));
  }

  /** A report about somebody who said nothing begins when it was first seen so. */
  private HealthReport withSteadySince(HealthReport report) {
    HealthReport before = last.get(report.service());
    if (report.node() != null) {
      return report;
    }
    if (before == null) {
      boolean neverThere = mesh.directory().missingSince(report.service()) == null;
      return neverThere ? withSince(report, started) : report;
    }
    return before.node() == null && report.checks().equals(before.checks())
        ? withSince(report, Instant.parse(before.since()))
        : report;
  }

  private HealthReport remember(HealthReport report) {
    last.put(report.service(), report);
    return report;
  }

  private static HealthReport withSince(HealthReport report, Instant since) {
    return new HealthReport(
        report.service(),
        report.status(),
        report.node(),
        report.version(),
        since.toString(),
        report.checks());
  }

  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private record Asked(Future<HealthReport> answer, long atNanos) {}
}
