package dev.weft.durable.internal.runtime;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.InspectorEndpoints;
import dev.weft.durable.InspectorEndpoints.Done;
import dev.weft.durable.InspectorEndpoints.Page;
import dev.weft.durable.InspectorEndpoints.Target;
import dev.weft.durable.ObjectInspector;
import dev.weft.durable.internal.Ids;
import dev.weft.durable.internal.ObjectErrors;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Serves the inspector on the mesh. */
public final class InspectorVerticle extends VerticleBase {
  private final Mesh mesh;
  private final Ids ids;
  private final ObjectInspector inspector;

  public InspectorVerticle(Mesh mesh, Ids ids, ObjectInspector inspector) {
    this.mesh = mesh;
    this.ids = ids;
    this.inspector = inspector;
  }

  @Override
  public Future<?> start() {
    return Future.all(
        mesh.serve(
            InspectorEndpoints.LIST,
            (ask, call) ->
                inspector
                    .list(
                        ask.namespace(),
                        ask.namePrefix() == null ? "" : ask.namePrefix(),
                        ask.after(),
                        ask.limit())
                    .map(Page::new)),
        mesh.serve(InspectorEndpoints.INSPECT, (ask, call) -> inspector.inspect(id(ask))),
        mesh.serve(
            InspectorEndpoints.EVICT, (ask, call) -> inspector.evict(id(ask)).map(Done::new)),
        mesh.serve(
            InspectorEndpoints.RESET, (ask, call) -> inspector.reset(id(ask)).map(Done::new)),
        mesh.serve(
            InspectorEndpoints.DELETE, (ask, call) -> inspector.delete(id(ask)).map(Done::new)));
  }

  private ObjectId id(Target target) {
    if (target.id() != null) {
      return ids.received(target.namespace(), target.id(), target.name());
    }
    if (target.name() != null) {
      return ids.fromName(target.namespace(), target.name());
    }
    throw ObjectErrors.badQuestion("Say which object: an id or a name.");
  }
}
