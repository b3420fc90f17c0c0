package dev.weft.durable.internal.call;

import dev.weft.contracts.objects.ObjectId;
import dev.weft.durable.internal.call.ObjectEndpoints.InstanceReply;
import dev.weft.durable.internal.call.ObjectEndpoints.InstanceRequest;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks a node about an instance it may have. */
public final class Instance {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Mesh mesh;

  public Instance(Mesh mesh) {
    this.mesh = mesh;
  }

  /**
   * @param nodeId null for any that hosts such objects
   */
  public Future<InstanceReply> ask(
      @Nullable String nodeId, ObjectId id, InstanceRequest.Action action) {
    var endpoint = ObjectEndpoints.instance(id.namespace());
    InstanceRequest request = new InstanceRequest(id.hex(), action);
    CallContext call = CallContext.background(LIMIT);
    return nodeId == null
        ? mesh.call(endpoint, request, call)
        : mesh.callNode(nodeId, endpoint, request, call);
  }
}
