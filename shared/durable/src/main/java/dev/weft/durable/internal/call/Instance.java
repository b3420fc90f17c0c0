package dev.weft.durable.internal.call;

import dev.weft.durable.ObjectId;
import dev.weft.durable.internal.call.ObjectEndpoints.InstanceReply;
import dev.weft.durable.internal.call.ObjectEndpoints.InstanceRequest;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.time.Duration;

/** Asks a node about an instance it may have. */
public final class Instance {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Mesh mesh;

  public Instance(Mesh mesh) {
    this.mesh = mesh;
  }

  public Future<InstanceReply> ask(String nodeId, ObjectId id, InstanceRequest.Action action) {
    return mesh.callNode(
        nodeId,
        ObjectEndpoints.instance(id.namespace()),
        new InstanceRequest(id.hex(), action),
        CallContext.background(LIMIT));
  }
}
