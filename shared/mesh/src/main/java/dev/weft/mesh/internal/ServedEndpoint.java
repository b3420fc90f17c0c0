package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.mesh.BusMeters;
import dev.weft.mesh.ServeOptions;
import dev.weft.mesh.vertx.Contexts;
import io.vertx.core.Context;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint this node serves: the handlers of its verticle instances and how many requests run.
 * Thread-safe.
 *
 * @param <H> the handler's type
 */
final class ServedEndpoint<H> {
  private final Endpoint<?, ?> endpoint;
  private final BusMeters.EndpointMeter meter;
  private volatile ServeOptions options;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger turn = new AtomicInteger();
  private volatile Instance<H>[] instances = none();

  ServedEndpoint(Endpoint<?, ?> endpoint, ServeOptions options, BusMeters.EndpointMeter meter) {
    this.endpoint = endpoint;
    this.meter = meter;
    this.options = options;
  }

  /**
   * One verticle instance's handler.
   *
   * @param context the verticle's
   * @param inline whether it may run on any event loop
   */
  record Instance<H>(Context context, H handler, boolean inline) {}

  Endpoint<?, ?> endpoint() {
    return endpoint;
  }

  BusMeters.EndpointMeter meter() {
    return meter;
  }

  ServeOptions options() {
    return options;
  }

  boolean isServed() {
    return instances.length > 0;
  }

  int running() {
    return running.get();
  }

  /** Adds an instance; the limits of the first of them hold. */
  synchronized void add(Instance<H> instance, ServeOptions limits) {
    if (instances.length == 0) {
      options = limits;
    }
    Instance<H>[] more = Arrays.copyOf(instances, instances.length + 1);
    more[instances.length] = instance;
    instances = more;
  }

  synchronized void remove(Instance<H> instance) {
    Instance<H>[] fewer = none();
    for (Instance<H> each : instances) {
      if (each != instance) {
        fewer = Arrays.copyOf(fewer, fewer.length + 1);
        fewer[fewer.length - 1] = each;
      }
    }
    instances = fewer;
  }

  /**
   * The instance to run a request: one of the caller's event loop if there is, else the next.
   *
   * @param caller null when the request comes from another node
   */
  @Nullable Instance<H> pick(@Nullable Context caller) {
    Instance<H>[] all = instances;
    if (all.length <= 1) {
      return all.length == 0 ? null : all[0];
    }
    for (Instance<H> each : all) {
      if (caller != null && each.inline && Contexts.shareEventLoop(each.context, caller)) {
        return each;
      }
    }
    return all[Math.floorMod(turn.getAndIncrement(), all.length)];
  }

  /** Takes one of the places for running requests; false when all are taken. */
  boolean enter() {
    if (running.incrementAndGet() <= options.maxConcurrent()) {
      return true;
    }
    running.decrementAndGet();
    return false;
  }

  void leave() {
    running.decrementAndGet();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an empty array holds no wrong element
  private static <H> Instance<H>[] none() {
    return new Instance[0];
  }
}
