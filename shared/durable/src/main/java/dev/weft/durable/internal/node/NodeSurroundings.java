package dev.weft.durable.internal.node;

import dev.weft.durable.internal.store.ObjectStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What the parts of a node's objects have in common.
 *
 * @param nanoClock monotonic: everything that is measured is measured by it
 */
public record NodeSurroundings(
    Vertx vertx,
    ObjectStore store,
    DatabaseClock clock,
    HostMetrics metrics,
    Verticles verticles,
    LongSupplier nanoClock) {

  /** Those of a process: by the system's clocks. */
  public static NodeSurroundings of(Vertx vertx, ObjectStore store, MeterRegistry registry) {
    return new NodeSurroundings(
        vertx,
        store,
        new DatabaseClock(InstantSource.system(), System::nanoTime),
        new HostMetrics(registry),
        new Verticles(vertx),
        System::nanoTime);
  }
}
