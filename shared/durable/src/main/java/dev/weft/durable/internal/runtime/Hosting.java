package dev.weft.durable.internal.runtime;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.internal.Ids;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.upkeep.AlarmPoller;
import dev.weft.durable.internal.upkeep.Expirer;
import dev.weft.durable.internal.upkeep.Instances;
import dev.weft.durable.internal.upkeep.WatchDesk;
import dev.weft.durable.internal.upkeep.WatcherSweep;
import dev.weft.mesh.Mesh;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What makes a node a host: begins with its first class, ends when it drains. Thread-safe. */
public final class Hosting {
  private final Vertx vertx;
  private final Mesh mesh;
  private final Host host;
  private final Ids ids;
  private final AlarmPoller.Delivery alarms;
  private final Function<ObjectId, Future<Boolean>> expiry;
  private final Function<Host, Deployable> upkeep;
  private final Deployable inspector;
  private final WatchDesk desk;
  private final List<String> verticles = new ArrayList<>();
  private volatile @Nullable String housekeeping;
  private @Nullable Future<Void> started;
  private @Nullable Future<Void> drained;

  public Hosting(
      Vertx vertx,
      Mesh mesh,
      Host host,
      Ids ids,
      AlarmPoller.Delivery alarms,
      Function<ObjectId, Future<Boolean>> expiry,
      Function<Host, Deployable> upkeep,
      Deployable inspector) {
    this.expiry = expiry;
    this.desk = new WatchDesk(host);
    this.vertx = vertx;
    this.mesh = mesh;
    this.host = host;
    this.ids = ids;
    this.alarms = alarms;
    this.upkeep = upkeep;
    this.inspector = inspector;
  }

  /** Hosts a class. */
  public synchronized Future<Void> host(ObjectClass<?> objectClass) {
    if (drained != null) {
      return Future.failedFuture(new IllegalStateException("this node is stopping"));
    }
    host.add(objectClass);
    Future<Void> begun = started;
    if (begun == null) {
      begun =
          host.start()
              .compose(_ -> vertx.deployVerticle(upkeep.apply(host)))
              .onSuccess(deployment -> housekeeping = deployment)
              .compose(_ -> vertx.deployVerticle(new AlarmPoller(host, alarms)))
              .map(this::undeployAtDrain)
              .compose(_ -> vertx.deployVerticle(new Expirer(host, expiry)))
              .map(this::undeployAtDrain)
              .compose(_ -> vertx.deployVerticle(new WatcherSweep(host, desk)))
              .map(this::undeployAtDrain)
              .compose(_ -> vertx.deployVerticle(inspector))
              .map(this::undeployAtDrain)
              .onFailure(_ -> forgetStart());
      started = begun;
    }
    HostVerticle verticle =
        new HostVerticle(mesh, host, ids, objectClass, new Instances(host), desk);
    return begun
        .compose(_ -> vertx.deployVerticle(verticle))
        .onFailure(_ -> host.remove(objectClass))
        .map(this::undeployAtDrain);
  }

  /** So that it can be tried again. */
  private synchronized void forgetStart() {
    started = null;
  }

  private synchronized @Nullable Void undeployAtDrain(String deployment) {
    verticles.add(deployment);
    return null;
  }

  /**
   * No new calls; the objects it has are given up, under a lease that is renewed until the last of
   * them has gone. Idempotent.
   */
  public synchronized Future<Void> drain() {
    Future<Void> already = drained;
    if (already == null) {
      // At the same time: an object is away from when its calls are refused until it is given up.
      Future<?> closed = Future.join(verticles.stream().map(vertx::undeploy).toList());
      already =
          host.drain()
              .eventually(() -> closed)
              .eventually(
                  () ->
                      housekeeping == null
                          ? Future.succeededFuture()
                          : vertx.undeploy(housekeeping));
      drained = already;
    }
    return already;
  }
}
