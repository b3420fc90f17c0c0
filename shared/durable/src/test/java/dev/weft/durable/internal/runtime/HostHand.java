package dev.weft.durable.internal.runtime;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.instance.Activation;
import dev.weft.durable.internal.node.DatabaseClock;
import dev.weft.durable.internal.node.HostMetrics;
import dev.weft.durable.internal.node.NodeSurroundings;
import dev.weft.durable.internal.node.Verticles;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.upkeep.AlarmPoller;
import dev.weft.durable.internal.upkeep.Instances;
import dev.weft.mesh.Mesh;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** What tests outside this package do with a host. */
public final class HostHand {

  /** A host with a clock of its own. */
  public static Host host(
      Vertx vertx,
      Mesh mesh,
      ObjectStore store,
      ObjectsOptions options,
      DurableObjects objects,
      LongSupplier nanoClock) {
    // The database's clock stands still between two readings.
    DatabaseClock clock = new DatabaseClock(InstantSource.system(), () -> 0);
    HostMetrics metrics = new HostMetrics(new CompositeMeterRegistry());
    NodeSurroundings surroundings =
        new NodeSurroundings(vertx, store, clock, metrics, new Verticles(vertx), nanoClock);
    return new Host(surroundings, mesh, options, objects);
  }

  public static void tick(Host host) {
    host.tick();
  }

  /** Begins to look for alarms that are due. */
  public static void pollAlarms(
      Host host, AlarmPoller.Delivery delivery, Vertx vertx, Context context) {
    AlarmPoller poller = new AlarmPoller(host, delivery);
    poller.init(vertx, context);
    Future<?> started = poller.start();
    if (!started.succeeded()) {
      throw new IllegalStateException(started.cause());
    }
  }

  /** Drops an instance that nothing keeps. */
  public static boolean evict(Host host, ObjectId id) {
    Activation activation = host.find(id);
    return activation != null && Instances.evict(activation);
  }

  /** Gives an instance up even when there is work left. */
  public static void release(Host host, ObjectId id) {
    Activation activation = host.find(id);
    if (activation != null) {
      activation.release();
    }
  }

  /** Resets an instance; whether there was one. */
  public static boolean reset(Host host, ObjectId id) {
    Activation activation = host.find(id);
    if (activation == null) {
      return false;
    }
    Instances.reset(activation, "was reset by the simulation.");
    return true;
  }

  /** Events of an instance that wait. */
  public static int waiting(Host host, ObjectId id) {
    Activation activation = host.find(id);
    return activation == null ? 0 : activation.waiting();
  }

  private HostHand() {}
}
