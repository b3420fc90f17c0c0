package dev.weft.durable.internal.call;

import dev.weft.contracts.objects.Namespace;
import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.DurableObjects;
import dev.weft.durable.ObjectClass;
import dev.weft.durable.ObjectDoor;
import dev.weft.durable.ObjectInspector;
import dev.weft.durable.Projector;
import dev.weft.durable.Stub;
import dev.weft.durable.internal.Ids;
import dev.weft.durable.internal.ObjectErrors;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Objects as one sees them who only calls: makes ids and stubs. Needs the mesh and no database.
 * Thread-safe.
 */
public final class ObjectCalls implements DurableObjects {
  private final Ids ids;
  private final Router router;
  private final Map<Namespace<?>, MethodTable> methods = new ConcurrentHashMap<>();
  private final ObjectDoor door;

  public ObjectCalls(Ids ids, Router router) {
    this.ids = ids;
    this.router = router;
    this.door = new DoorCalls(ids, router, router.directory());
  }

  @Override
  public <T> Stub<T> stub(Namespace<T> namespace, ObjectId id) {
    if (!id.namespace().equals(namespace.name())) {
      throw ObjectErrors.badId(id + " is no object of the namespace " + namespace + ".");
    }
    return new StubImpl<>(router, namespace, methods(namespace), id);
  }

  private MethodTable methods(Namespace<?> namespace) {
    MethodTable known = methods.get(namespace);
    if (known == null) {
      known = new MethodTable(namespace.name(), namespace.type());
      methods.put(namespace, known);
    }
    return known;
  }

  @Override
  public ObjectId idFromName(Namespace<?> namespace, String name) {
    return ids.fromName(namespace.name(), name);
  }

  @Override
  public ObjectId newUniqueId(Namespace<?> namespace) {
    return ids.unique(namespace.name());
  }

  @Override
  public ObjectId idFromString(Namespace<?> namespace, String hex) {
    return ids.fromHex(namespace.name(), hex);
  }

  @Override
  public Future<Void> host(ObjectClass<?> objectClass) {
    return Future.failedFuture(
        new IllegalStateException(
            "Objects of "
                + objectClass.namespace()
                + " cannot be hosted here: the service did not say that it hosts objects."));
  }

  @Override
  public <R> Future<Void> project(Projector<R> projector) {
    return Future.failedFuture(
        new IllegalStateException(
            "The projection "
                + projector.projection().name()
                + " cannot be applied here: the service did not say that it hosts objects."));
  }

  @Override
  public ObjectDoor door() {
    return door;
  }

  @Override
  public ObjectInspector inspector() {
    throw new IllegalStateException(
        "Only who hosts objects can inspect them; others ask by InspectorEndpoints.");
  }
}
