package dev.weft.node.internal;

import dev.weft.contracts.MetricNames;
import dev.weft.mesh.ByteBudget;
import dev.weft.node.BuildInfo;
import dev.weft.postgres.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** The registry of a node, with what every JVM tells of itself. */
final class Metrics implements AutoCloseable {

  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  Metrics() {
    List<MeterBinder> binders =
        List.of(
            new JvmMemoryMetrics(),
            collections,
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics(),
            new FileDescriptorMetrics());
    binders.forEach(binder -> binder.bindTo(registry));
    Gauge.builder(MetricNames.BUILD_INFO, () -> 1)
        .description("Always 1; the labels say what runs.")
        .tag("version", BuildInfo.version())
        .tag("java", Runtime.version().toString())
        .strongReference(true)
        .register(registry);
  }

  /** Tells of what the process keeps of requests and answers. */
  void tell(ByteBudget budget) {
    Gauge.builder(MetricNames.BUFFERED_BYTES, budget, ByteBudget::held)
        .description("Bytes of requests and answers in memory now")
        .register(registry);
    Gauge.builder(MetricNames.BUFFERED_WAITING, budget, ByteBudget::waiting)
        .description("Requests and answers that wait for room in memory")
        .register(registry);
  }

  /** Tells of the room that is left for files. */
  void tell(DataDirectory data) {
    Gauge.builder(MetricNames.DISK_FREE, data, DataDirectory::room)
        .description("Bytes left on the disk of the data folder")
        .baseUnit("bytes")
        .register(registry);
  }

  /** Tells of the connections to the database. */
  void tell(Database database, Collection<String> services, int limit) {
    for (String service : services) {
      if (database.serves(service)) {
        Gauge.builder(
                MetricNames.DATABASE_CONNECTIONS, database, open -> open.poolOf(service).size())
            .description("Connections of the pool")
            .tag("service", service)
            .register(registry);
      }
    }
    Gauge.builder(MetricNames.DATABASE_CONNECTIONS_LIMIT, () -> limit)
        .description("Most connections of a pool")
        .strongReference(true)
        .register(registry);
  }

  /** Tells when the certificate of the bus ends. */
  void tell(Instant certificateEnds) {
    Gauge.builder(MetricNames.CERTIFICATE_EXPIRES_TIMESTAMP, certificateEnds::getEpochSecond)
        .description("When a certificate ends, in seconds since 1970")
        .baseUnit("seconds")
        .tag("certificate", "bus")
        .strongReference(true)
        .register(registry);
  }

  /** Takes how late event loops are. */
  Timer loopLag() {
    return Timer.builder(MetricNames.EVENT_LOOP_LAG)
        .description("How late an event loop was with what it had to do")
        .register(registry);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  String scrape() {
    return registry.scrape(CONTENT_TYPE);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
