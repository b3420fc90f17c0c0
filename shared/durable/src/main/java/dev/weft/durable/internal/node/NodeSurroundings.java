package dev.weft.durable.internal.node;

import dev.weft.durable.internal.store.ObjectStore;
import io.vertx.core.Vertx;
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
    LongSupplier nanoClock) {}
