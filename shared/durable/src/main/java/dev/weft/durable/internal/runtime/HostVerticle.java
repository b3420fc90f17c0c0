package dev.weft.durable.internal.runtime;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Raw;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.contracts.objects.TenantName;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.internal.Ids;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.durable.internal.ObjectNames;
import dev.weft.durable.internal.call.ObjectEndpoints;
import dev.weft.durable.internal.call.ObjectReply;
import dev.weft.durable.internal.call.ObjectRequest;
import dev.weft.durable.internal.call.WatchEndpoints;
import dev.weft.durable.internal.call.WatchEndpoints.Follow;
import dev.weft.durable.internal.call.WatchEndpoints.Following;
import dev.weft.durable.internal.host.Host;
import dev.weft.durable.internal.upkeep.Instances;
import dev.weft.durable.internal.upkeep.WatchDesk;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.ServeOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a class's objects on the mesh. Nothing here waits: it only hands on. */
final class HostVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(HostVerticle.class);
  private static final ServeOptions CALLS = new ServeOptions(1 << 20);
  private static final int MAX_KNOWN = 100_000;

  private final Mesh mesh;
  private final Host host;
  private final Ids ids;
  private final ObjectClass<?> objectClass;
  private final Instances instances;
  private final WatchDesk desk;
  private final Map<String, ObjectId> known = new ConcurrentHashMap<>();

  HostVerticle(
      Mesh mesh,
      Host host,
      Ids ids,
      ObjectClass<?> objectClass,
      Instances instances,
      WatchDesk desk) {
    this.mesh = mesh;
    this.host = host;
    this.ids = ids;
    this.objectClass = objectClass;
    this.instances = instances;
    this.desk = desk;
  }

  @Override
  public Future<?> start() {
    String namespace = objectClass.namespace().name();
    return Future.all(
        List.of(
            mesh.serve(
                ObjectEndpoints.call(objectClass.namespace()),
                CALLS,
                (request, call) -> host.call(idOf(request), request, call)),
            mesh.serve(
                ObjectEndpoints.watch(objectClass.namespace()),
                CALLS.asWatch(),
                (request, call, out) ->
                    host.watch(idOf(request), request, call, out, vertx.getOrCreateContext())),
            mesh.serve(
                ObjectEndpoints.alarm(namespace),
                CALLS,
                (due, call) -> host.alarm(id(due.id(), null), due).map(ObjectReply.NOTHING)),
            mesh.serve(
                ObjectEndpoints.tell(namespace),
                CALLS,
                (tell, call) -> host.tell(id(tell.id(), null), tell).map(ObjectReply.NOTHING)),
            mesh.serve(
                ObjectEndpoints.version(namespace, objectClass.version()),
                (ask, call) ->
                    Future.succeededFuture(
                        new ObjectEndpoints.VersionReply(objectClass.version()))),
            mesh.serve(
                ObjectEndpoints.instance(namespace),
                CALLS,
                (request, call) -> instances.handle(id(request.id(), null), request.action())),
            mesh.serve(
                WatchEndpoints.follow(objectClass.namespace()),
                CALLS,
                (follow, call) -> host.follow(idOf(follow.request()), follow, call)),
            mesh.serve(
                WatchEndpoints.kept(namespace), CALLS, (ask, call) -> desk.kept(namespace, ask)),
            mesh.serve(
                WatchEndpoints.check(namespace),
                CALLS,
                (check, call) -> desk.check(namespace, check)),
            objectClass.namespace().isPublic()
                ? Future.all(
                    mesh.serve(ObjectEndpoints.door(namespace), CALLS, this::fromOutside),
                    mesh.serve(
                        WatchEndpoints.followFromOutside(namespace),
                        CALLS,
                        this::followedFromOutside))
                : Future.succeededFuture()));
  }

  /** A call of somebody who is known to the mesh by the identity alone. */
  private Future<Raw> fromOutside(ObjectRequest request, CallContext call) {
    ObjectId id = idOf(request);
    checkAccess(id, call.caller());
    return host.callFromOutside(id, request, call)
        .map(reply -> new Raw(reply.json()))
        .recover(failure -> Future.failedFuture(shown(id, request.method(), failure)));
  }

  private Future<Following> followedFromOutside(Follow follow, CallContext call) {
    ObjectId id = idOf(follow.request());
    checkAccess(id, call.caller());
    return host.followFromOutside(id, follow, call)
        .recover(failure -> Future.failedFuture(shown(id, follow.request().method(), failure)));
  }

  private void checkAccess(ObjectId id, Identity caller) {
    String scope = objectClass.namespace().access().scope();
    if (scope != null && !caller.holds(scope)) {
      throw ObjectErrors.scopeMissing(id.namespace(), scope);
    }
    if (!TenantName.belongsTo(caller.tenant(), id.name().orElse(""))) {
      throw ObjectErrors.notOfTenant();
    }
  }

  /** What a method threw that was not meant for its callers stays here. */
  private static Throwable shown(ObjectId id, String method, Throwable failure) {
    if (failure instanceof WeftException own && own.error().code().equals(ObjectErrors.INTERNAL)) {
      log.atWarn()
          .addKeyValue("object", id)
          .addKeyValue("method", method)
          .setCause(own)
          .log("A method that was called from outside threw");
      return ObjectErrors.threwOutside(own.error(), method);
    }
    return failure;
  }

  private ObjectId idOf(ObjectRequest request) {
    if (request.requestId() != null) {
      ObjectNames.checkRequestId(request.requestId());
    }
    return id(request.id(), request.name());
  }

  /** The id a caller sent; its proof is checked once. */
  private ObjectId id(String hex, @Nullable String name) {
    ObjectId id = known.get(hex);
    if (id == null || name != null && id.name().isEmpty()) {
      id = ids.received(objectClass.namespace().name(), hex, name);
      if (known.size() >= MAX_KNOWN) {
        known.clear();
      }
      known.put(hex, id);
    }
    return id;
  }
}
