package dev.weft.node.internal;

import dev.weft.mesh.ByteBudget;
import dev.weft.node.BuildInfo;
import io.micrometer.core.instrument.Gauge;
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
    Gauge.builder("weft.build.info", () -> 1)
        .description("Always 1; the labels say what runs.")
        .tag("version", BuildInfo.version())
        .tag("java", Runtime.version().toString())
        .strongReference(true)
        .register(registry);
  }

  /** Tells of what the process keeps of requests and answers. */
  void tell(ByteBudget budget) {
    Gauge.builder("weft.buffered.bytes", budget, ByteBudget::held)
        .description("Bytes of requests and answers in memory now")
        .register(registry);
    Gauge.builder("weft.buffered.waiting", budget, ByteBudget::waiting)
        .description("Requests and answers that wait for room in memory")
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
