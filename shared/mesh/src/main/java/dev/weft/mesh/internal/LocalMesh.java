package dev.weft.mesh.internal;

import dev.weft.contracts.Endpoint;
import dev.weft.mesh.Directory;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.Mesh;
import dev.weft.mesh.MeshOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** A mesh within one process. */
public final class LocalMesh extends NodeMesh {
  private final LocalRouter router;
  private final LocalDirectory directory;

  private LocalMesh(MeshCore core) {
    super(core);
    router = new LocalRouter(core);
    directory = new LocalDirectory(core);
    core.registry().onChange(this::changed);
  }

  /** Makes a mesh that takes calls at once. */
  public static Mesh start(Vertx vertx, MeshOptions options, IdentityVerifier.Factory identities) {
    LocalMesh mesh =
        new LocalMesh(new MeshCore(vertx, options, MeshCore.newNodeId(options.nodeName())));
    mesh.core.verifyWith(identities.create(mesh));
    return mesh;
  }

  private void changed() {
    core.wake();
    directory.changed();
  }

  @Override
  Call.Router router() {
    return router;
  }

  @Override
  Future<Void> served() {
    return Future.succeededFuture();
  }

  @Override
  boolean maySpeakFor(Endpoint<?, ?> endpoint) {
    return true; // there are no others
  }

  @Override
  public Directory directory() {
    return directory;
  }

  @Override
  Future<Void> drainAndLeave() {
    Future<Void> drained = core.drain();
    directory.changed();
    return drained.compose(
        _ -> {
          core.depart();
          return core.stop();
        });
  }
}
