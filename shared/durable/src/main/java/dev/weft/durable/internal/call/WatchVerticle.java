package dev.weft.durable.internal.call;

import dev.weft.durable.internal.call.WatchEndpoints.Push;
import dev.weft.durable.internal.call.WatchEndpoints.Pushed;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.ServeOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Function;

/** Serves what owners of objects have for those who watch on this node. */
final class WatchVerticle extends VerticleBase {
  private static final ServeOptions PUSHES = new ServeOptions(4_096);

  private final Mesh mesh;
  private final Function<Push, Pushed> receiver;

  WatchVerticle(Mesh mesh, Function<Push, Pushed> receiver) {
    this.mesh = mesh;
    this.receiver = receiver;
  }

  @Override
  public Future<?> start() {
    return mesh.serve(
        WatchEndpoints.PUSH, PUSHES, (push, call) -> Future.succeededFuture(receiver.apply(push)));
  }
}
