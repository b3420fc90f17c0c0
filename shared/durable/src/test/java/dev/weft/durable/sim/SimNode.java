package dev.weft.durable.sim;

import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectDoor;
import dev.weft.durable.ObjectInspector;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.Projector;
import dev.weft.durable.Stub;
import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.Router;
import dev.weft.durable.internal.call.StubImpl;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.runtime.HostHand;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.store.ObjectStore.DueAlarm;
import dev.weft.durable.sim.World.Place;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A node: its host of objects, and its stubs. */
final class SimNode implements DurableObjects {
  static final ObjectsOptions OPTIONS = ObjectsOptions.of(new byte[] {1});
  private static final Map<Namespace<?>, MethodTable> METHODS =
      Map.of(
          ScriptedObject.LEASED, new MethodTable("leased", Scripted.class),
          ScriptedObject.STRICT, new MethodTable("strict", Scripted.class));

  final Place place;
  final SimVertx vertx;
  final Host host;
  boolean draining;
  private final Router router;

  SimNode(World world, Place place, SimVertx simVertx, Mesh mesh, ObjectStore store) {
    this.place = place;
    this.vertx = simVertx;
    Vertx asVertx = simVertx.vertx();
    this.host =
        HostHand.host(
            asVertx, mesh, store, OPTIONS, this, () -> world.millisAt(place) * 1_000_000 + 1);
    this.router =
        new Router(asVertx, mesh, (_, nodes) -> nodes.get(world.below(nodes.size())), host::has);
  }

  /** Begins to host objects. */
  void start(List<ObjectClass<?>> classes) {
    classes.forEach(host::add);
    Future<Void> started = host.start();
    if (!started.succeeded()) {
      throw new IllegalStateException("a node could not start", started.cause());
    }
    HostHand.pollAlarms(host, (due, _) -> deliver(due), vertx.vertx(), vertx.loop());
  }

  /** One that ended its instance just runs again: a pause would not be of the seed's making. */
  private Future<Void> deliver(DueAlarm due) {
    var request =
        new ObjectEndpoints.DueAlarm(
            due.id().hex(), due.alarm(), due.dueMillis(), due.deliveries(), false);
    return router
        .deliver(
            due.id(),
            ObjectEndpoints.alarm(due.id().namespace()),
            request,
            SimNetwork.context("alarm"))
        .mapEmpty();
  }

  /** Time has passed. */
  void tick(long databaseMillis) {
    host.clock().set(databaseMillis, host.clock().mark());
    HostHand.tick(host);
  }

  /** Looks for alarms. */
  void poll() {
    vertx.beat();
  }

  @Override
  public <T> Stub<T> stub(Namespace<T> namespace, ObjectId id) {
    MethodTable methods = Objects.requireNonNull(METHODS.get(namespace));
    return new StubImpl<>(router, namespace, methods, id);
  }

  @Override
  public ObjectId idFromName(Namespace<?> namespace, String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ObjectId newUniqueId(Namespace<?> namespace) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ObjectId idFromString(Namespace<?> namespace, String hex) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> host(ObjectClass<?> objectClass) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <R> Future<Void> project(Projector<R> projector) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ObjectDoor door() {
    return Objects.requireNonNull(null, "not in the simulation");
  }

  @Override
  public ObjectInspector inspector() {
    return Objects.requireNonNull(null, "not in the simulation");
  }
}
