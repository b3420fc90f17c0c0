package dev.weft.durable.internal.runtime;

import dev.weft.contracts.UnaryEndpoint;
import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectDoor;
import dev.weft.durable.ObjectInspector;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.Projector;
import dev.weft.durable.Stub;
import dev.weft.durable.internal.Ids;
import dev.weft.durable.internal.call.Instance;
import dev.weft.durable.internal.call.ObjectCalls;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.Router;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.node.NodeSurroundings;
import dev.weft.durable.internal.project.Projections;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.store.ObjectStore.DueAlarm;
import dev.weft.durable.internal.upkeep.Housekeeping;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Function;

/** A node's durable objects: its stubs, and its host. */
public final class ObjectsRuntime implements DurableObjects {
  private static final Duration ALARM_LIMIT = Duration.ofMinutes(15);
  private static final Duration TELL_LIMIT = Duration.ofSeconds(30);

  private final Router router;
  private final ObjectCalls calls;
  private final Host host;
  private final Hosting hosting;
  private final ObjectInspector inspector;
  private final Projections projections;

  /**
   * @param store closed by whoever made it, after {@link #close}
   */
  public ObjectsRuntime(
      Vertx vertx, Mesh mesh, ObjectStore store, ObjectsOptions options, MeterRegistry registry) {
    this(
        mesh,
        options,
        registry,
        objects -> new Host(NodeSurroundings.of(vertx, store, registry), mesh, options, objects),
        Housekeeping::new);
  }

  /**
   * One of given parts.
   *
   * @param hosts makes the host of these objects; called once
   * @param upkeep makes what calls {@link Host#tick} and tidies up, from when it is deployed
   */
  public ObjectsRuntime(
      Mesh mesh,
      ObjectsOptions options,
      MeterRegistry registry,
      Function<DurableObjects, Host> hosts,
      Function<Host, Deployable> upkeep) {
    Ids ids = new Ids(options.secret());
    this.host = hosts.apply(this);
    Vertx vertx = host.surroundings().vertx();
    ObjectStore store = host.store();
    this.router = new Router(vertx, mesh, Router.Placement::rendezvous, host::has);
    this.calls = new ObjectCalls(ids, router);
    Inspection inspection = new Inspection(store, new Instance(mesh));
    this.inspector = inspection;
    this.projections =
        new Projections(
            vertx, mesh.nodeId(), registry, host.surroundings().nanoClock(), this::tell);
    store.onRecords(projections::wake);
    this.hosting =
        new Hosting(
            vertx,
            mesh,
            host,
            ids,
            this::deliver,
            inspection::expire,
            upkeep,
            new InspectorVerticle(mesh, ids, inspection));
  }

  /** The objects for those who only call them. */
  public DurableObjects calls() {
    return calls;
  }

  @Override
  public <T> Stub<T> stub(Namespace<T> namespace, ObjectId id) {
    return calls.stub(namespace, id);
  }

  @Override
  public ObjectId idFromName(Namespace<?> namespace, String name) {
    return calls.idFromName(namespace, name);
  }

  @Override
  public ObjectId newUniqueId(Namespace<?> namespace) {
    return calls.newUniqueId(namespace);
  }

  @Override
  public ObjectId idFromString(Namespace<?> namespace, String hex) {
    return calls.idFromString(namespace, hex);
  }

  @Override
  public Future<Void> host(ObjectClass<?> objectClass) {
    return hosting.host(objectClass);
  }

  /** Takes an alarm to the object's owner, wherever that is. */
  private Future<Void> deliver(DueAlarm alarm, boolean brokeOff) {
    UnaryEndpoint<ObjectEndpoints.DueAlarm, ObjectReply> endpoint =
        ObjectEndpoints.alarm(alarm.id().namespace());
    var request =
        new ObjectEndpoints.DueAlarm(
            alarm.id().hex(), alarm.alarm(), alarm.dueMillis(), alarm.deliveries(), brokeOff);
    return router
        .deliver(alarm.id(), endpoint, request, CallContext.background(ALARM_LIMIT))
        .mapEmpty();
  }

  @Override
  public <R> Future<Void> project(Projector<R> projector) {
    return projections.start(projector);
  }

  /** Has an object tell what it has for a projection, wherever it is. */
  private Future<Void> tell(ObjectId id, String projection, int stream, long snapshot) {
    return router
        .deliver(
            id,
            ObjectEndpoints.tell(id.namespace()),
            new ObjectEndpoints.Tell(id.hex(), projection, stream, snapshot),
            CallContext.background(TELL_LIMIT))
        .mapEmpty();
  }

  @Override
  public ObjectDoor door() {
    return calls.door();
  }

  @Override
  public ObjectInspector inspector() {
    return inspector;
  }

  /** Takes no new objects and gives up those it has; completes when others have them. */
  public Future<Void> drain() {
    return projections.stop().eventually(hosting::drain);
  }
}
