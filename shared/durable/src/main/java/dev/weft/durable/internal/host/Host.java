package dev.weft.durable.internal.host;

import dev.weft.contracts.MetricNames;
import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectContext;
import dev.weft.durable.ObjectInspector;
import dev.weft.durable.ObjectsOptions;
import dev.weft.durable.internal.Ids;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.call.MethodTable;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.ObjectEndpoints.DueAlarm;
import dev.weft.durable.internal.call.ObjectEndpoints.Tell;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.call.Router;
import dev.weft.durable.internal.call.WatchEndpoints.Follow;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.durable.internal.event.AlarmEvent;
import dev.weft.durable.internal.event.CallEvent;
import dev.weft.durable.internal.event.FollowEvent;
import dev.weft.durable.internal.event.WatchEvent;
import dev.weft.durable.internal.instance.Activation;
import dev.weft.durable.internal.instance.CallChain;
import dev.weft.durable.internal.instance.Event;
import dev.weft.durable.internal.instance.Home;
import dev.weft.durable.internal.instance.Tenure;
import dev.weft.durable.internal.node.DatabaseClock;
import dev.weft.durable.internal.node.Incarnation;
import dev.weft.durable.internal.node.NodeLease;
import dev.weft.durable.internal.node.NodeSurroundings;
import dev.weft.durable.internal.store.ObjectStore;
import dev.weft.durable.internal.topic.Outlets;
import dev.weft.durable.internal.topic.Tickets;
import dev.weft.durable.internal.view.ActivationContext;
import dev.weft.durable.internal.view.TellEvent;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Directory;
import dev.weft.mesh.Directory.NodeInfo;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.StreamWriter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The objects that live on one node. Thread-safe. */
public final class Host implements Home {
  private static final Logger log = LoggerFactory.getLogger(Host.class);

  private static final Duration LAST_NEWS = Duration.ofSeconds(2);

  private final Mesh mesh;
  private final ObjectsOptions options;
  private final DurableObjects objects;
  private final NodeSurroundings surroundings;
  private final Map<String, Hosted> classes = new ConcurrentHashMap<>();
  private final Map<ObjectId, Activation> active = new ConcurrentHashMap<>();
  private final NodeLease lease;
  private final Outlets outlets;
  private final Set<ObjectId> closed = ConcurrentHashMap.newKeySet();
  private final FailedStarts failedStarts;
  private volatile boolean draining;

  public Host(
      NodeSurroundings surroundings, Mesh mesh, ObjectsOptions options, DurableObjects objects) {
    this.mesh = mesh;
    this.options = options;
    this.objects = objects;
    this.surroundings = surroundings;
    this.failedStarts = new FailedStarts(surroundings.nanoClock());
    Duration margin = options.leaseTtl().dividedBy(10);
    this.lease =
        new NodeLease(
            surroundings,
            new Incarnation.LeaseTimes(options.leaseTtl(), options.leaseRenewal(), margin),
            this::lost);
    this.outlets =
        new Outlets(
            surroundings.vertx(),
            mesh,
            surroundings.metrics(),
            surroundings.nanoClock(),
            new Tickets(new Ids(options.secret())));
    surroundings
        .metrics()
        .gauge(MetricNames.OBJECTS_ACTIVE, "Instances on this node", active, Map::size);
  }

  // ---- what its parts ask

  /** What all of its parts have in common. */
  public NodeSurroundings surroundings() {
    return surroundings;
  }

  /** What there is for nodes that watch. */
  public Outlets outlets() {
    return outlets;
  }

  public Directory directory() {
    return mesh.directory();
  }

  public ObjectStore store() {
    return surroundings.store();
  }

  public ObjectsOptions options() {
    return options;
  }

  public DatabaseClock clock() {
    return surroundings.clock();
  }

  @Override
  public boolean isDraining() {
    return draining;
  }

  /** The instances of this node. */
  public Collection<Activation> active() {
    return active.values();
  }

  /** The instance of an object that this node has; null when it has none. */
  public @Nullable Activation find(ObjectId id) {
    return active.get(id);
  }

  public boolean has(ObjectId id) {
    return active.containsKey(id);
  }

  public Set<String> namespaces() {
    return classes.keySet();
  }

  /** Null while it may own nothing. */
  public @Nullable Incarnation incarnation() {
    return lease.current();
  }

  // ---- life

  /** Becomes an owner of objects; completes when it may claim. */
  public Future<Void> start() {
    long asked = clock().mark();
    return store()
        .now()
        .compose(
            now -> {
              clock().set(now, asked);
              return lease.start(mesh.nodeId(), options.tag());
            });
  }

  /** The lease is over: all instances end. */
  private void lost(Incarnation gone) {
    int count = 0;
    for (Activation activation : active.values()) {
      if (activation.incarnation() == gone) {
        activation.endAsSent(
            ObjectErrors.reset(
                activation.id(), "was on a node that lost its lease.", Outcome.UNKNOWN));
        count++;
      }
    }
    log.atWarn().addKeyValue("incarnation", gone).addKeyValue("objects", count).log("lease lost");
  }

  /** Renews the lease when it is time; called several times a second. */
  public void tick() {
    lease.tick();
  }

  // ---- classes

  /** Adds a class. */
  public MethodTable add(ObjectClass<?> objectClass) {
    String name = objectClass.namespace().name();
    MethodTable methods = new MethodTable(name, objectClass.namespace().type());
    if (classes.putIfAbsent(name, new Hosted(objectClass, methods)) != null) {
      throw new IllegalArgumentException("this node hosts a class for " + name + " already");
    }
    return methods;
  }

  /** Takes it back. */
  public void remove(ObjectClass<?> objectClass) {
    classes.remove(objectClass.namespace().name());
  }

  // ---- events

  /** Handles a call of an object. */
  public Future<ObjectReply> call(ObjectId id, ObjectRequest request, CallContext call) {
    return call(id, request, call, false);
  }

  /**
   * Handles a call that comes from outside the mesh: arguments with unknown fields are refused, and
   * a method that is none makes no object.
   */
  public Future<ObjectReply> callFromOutside(ObjectId id, ObjectRequest request, CallContext call) {
    hosted(id).methods().named(request.method()).requireFeed(false);
    return call(id, request, call, true);
  }

  private Future<ObjectReply> call(
      ObjectId id, ObjectRequest request, CallContext call, boolean strict) {
    Promise<ObjectReply> promise = Promise.promise();
    Hosted hosted = hosted(id);
    CallEvent event =
        new CallEvent(
            request,
            call,
            hosted.methods(),
            strict,
            (reply, failure) -> {
              if (failure == null) {
                promise.tryComplete(reply);
              } else {
                promise.tryFail(failure);
              }
            });
    enter(id, request, event);
    return promise.future();
  }

  /** Handles a call of an object that answers with a stream. */
  public void watch(
      ObjectId id,
      ObjectRequest request,
      CallContext call,
      StreamWriter<ObjectReply> out,
      Context context) {
    enter(id, request, new WatchEvent(request, call, hosted(id).methods(), out, context));
  }

  /** Lets somebody on another node, or on this one, watch what an object publishes. */
  public Future<Following> follow(ObjectId id, Follow follow, CallContext call) {
    return follow(id, follow, call, false);
  }

  /**
   * The same for somebody outside the mesh: arguments with unknown fields are refused, and a method
   * that is none, or returns no feed, makes no object.
   */
  public Future<Following> followFromOutside(ObjectId id, Follow follow, CallContext call) {
    String method = follow.request().method();
    if (!hosted(id).methods().named(method).feed()) {
      throw ObjectErrors.noFeed(id.namespace(), method);
    }
    return follow(id, follow, call, true);
  }

  private Future<Following> follow(ObjectId id, Follow follow, CallContext call, boolean strict) {
    Promise<Following> answer = Promise.promise();
    enter(
        id, follow.request(), new FollowEvent(follow, call, hosted(id).methods(), strict, answer));
    return answer.future();
  }

  /** Delivers an alarm; completes when what it did is durable. */
  public Future<Void> alarm(ObjectId id, DueAlarm due) {
    Promise<Void> done = Promise.promise();
    hosted(id);
    dispatch(id, new AlarmEvent(due, done));
    return done.future();
  }

  /** Has an object tell what it has for a projection; completes when that is durable. */
  public Future<Void> tell(ObjectId id, Tell tell) {
    Promise<Void> done = Promise.promise();
    hosted(id);
    dispatch(id, new TellEvent(tell, done));
    return done.future();
  }

  private void enter(ObjectId id, ObjectRequest request, Event event) {
    if (CallChain.holds(request.chain(), id)) {
      event.refuse(ObjectErrors.reentrant(id));
    } else {
      dispatch(id, event);
    }
  }

  private Hosted hosted(ObjectId id) {
    return Objects.requireNonNull(classes.get(id.namespace()), id.namespace());
  }

  @Override
  public void dispatch(ObjectId id, Event event) {
    for (; ; ) {
      Activation activation = active.get(id);
      if (activation == null) {
        Incarnation current = lease.current();
        if (draining || current == null || closed.contains(id)) {
          event.refuse(ObjectErrors.moved(id, null));
          return;
        }
        WeftException cannot = failedStarts.refusal(id);
        if (cannot != null) {
          event.refuse(cannot);
          return;
        }
        Activation fresh =
            new Activation(id, hosted(id).objectClass(), this, surroundings, current);
        activation = active.putIfAbsent(id, fresh);
        if (activation == null) {
          fresh.offer(event);
          current.claim(fresh);
          if (draining || current.isOver()) {
            // Whoever ended all instances just then may not have seen this one.
            fresh.giveUp();
          }
          return;
        }
      }
      if (activation.offer(event) != Activation.Offer.OVER) {
        return;
      }
      active.remove(id, activation);
    }
  }

  /** From now on no instance of the object is made here; false when that was asked before. */
  public boolean close(ObjectId id) {
    return closed.add(id);
  }

  /** Ends {@link #close}; whether it was closed. */
  public boolean reopen(ObjectId id) {
    return closed.remove(id);
  }

  @Override
  public void remove(Activation activation) {
    active.remove(activation.id(), activation);
  }

  @Override
  public @Nullable String nodeKnowing(ObjectId id, int version) {
    List<String> nodes =
        mesh.directory().serving("objects").stream()
            .filter(node -> !node.id().equals(mesh.nodeId()))
            .filter(node -> ObjectEndpoints.knows(node.endpoints(), id.namespace(), version))
            .map(NodeInfo::id)
            .sorted()
            .toList();
    return nodes.isEmpty() ? null : Router.Placement.rendezvous(id.slot(), nodes);
  }

  @Override
  public void notMade(ObjectId id, WeftException why) {
    // Not what the runtime says of itself, such as that the database is away.
    if (!why.error().code().startsWith("object:") || why.error().reason() == Reason.INTERNAL) {
      failedStarts.failed(id, why, Instant.ofEpochMilli(clock().millis()));
    }
  }

  @Override
  public void made(ObjectId id) {
    failedStarts.forget(id);
  }

  /** How the object cannot be made; null when it can, as far as this node knows. */
  public ObjectInspector.@Nullable Failing failing(ObjectId id) {
    return failedStarts.look(id);
  }

  /** The object is tried at once when it is called, however often it could not be made. */
  public void tryAtOnce(ObjectId id) {
    failedStarts.forget(id);
  }

  @Override
  public ObjectContext contextFor(Tenure tenure) {
    return new ActivationContext(tenure, objects, mesh, outlets);
  }

  // ---- stop

  /**
   * Gives all objects up, each after its current turn: completes when none is left, or the time is
   * over; then the node is buried, so that others may have what is left.
   */
  public Future<Void> drain() {
    draining = true;
    lease.beLast();
    Incarnation current = lease.current();
    if (current == null) {
      return Future.succeededFuture();
    }
    current.drain().otherwiseEmpty();
    List.copyOf(active.values()).forEach(Activation::giveUp);
    Promise<Void> done = Promise.promise();
    awaitNone(now() + options.drainTimeout().toNanos(), done);
    return done.future().compose(_ -> lastNews()).compose(_ -> leave());
  }

  private long now() {
    return surroundings.nanoClock().getAsLong();
  }

  private void awaitNone(long deadlineNanos, Promise<Void> done) {
    if (active.isEmpty() || now() - deadlineNanos >= 0) {
      done.complete();
    } else {
      surroundings.vertx().setTimer(10, _ -> awaitNone(deadlineNanos, done));
    }
  }

  /** What was published last is to arrive while this node can still send it. */
  private Future<Void> lastNews() {
    Promise<Void> done = Promise.promise();
    awaitSent(now() + LAST_NEWS.toNanos(), done);
    return done.future();
  }

  private void awaitSent(long deadlineNanos, Promise<Void> done) {
    if (outlets.isEmpty() || now() - deadlineNanos >= 0) {
      done.complete();
    } else {
      surroundings.vertx().setTimer(10, _ -> awaitSent(deadlineNanos, done));
    }
  }

  private Future<Void> leave() {
    for (Activation left : List.copyOf(active.values())) {
      left.endAsSent(
          ObjectErrors.reset(left.id(), "was on a node that has stopped.", Outcome.UNKNOWN));
    }
    return lease.end().eventually(() -> surroundings.verticles().undeployed());
  }
}
