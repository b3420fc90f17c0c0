package dev.weft.mesh;

import dev.weft.mesh.internal.ClusterStart;
import dev.weft.mesh.internal.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.function.UnaryOperator;

/** Makes meshes. */
public final class Meshes {

  /** A mesh within one process: same semantics, no cluster. */
  public static Mesh local(Vertx vertx, MeshOptions options, IdentityVerifier.Factory identities) {
    return LocalMesh.start(vertx, options, identities);
  }

  /**
   * Joins a cluster, or starts one, and takes part in its mesh.
   *
   * @param vertxOptions for the Vert.x instance this makes; the event bus options are set here
   * @param builder adds what the caller wants of that instance, such as metrics
   * @return the node when its peers can reach it; fails with {@link PortTakenException}, or with
   *     what else kept it from joining, in which case nothing is left running
   */
  public static Future<ClusteredMesh> clustered(
      VertxOptions vertxOptions,
      UnaryOperator<VertxBuilder> builder,
      MeshOptions options,
      ClusterOptions cluster,
      IdentityVerifier.Factory identities) {
    return ClusterStart.join(vertxOptions, builder, options, cluster, identities);
  }

  private Meshes() {}
}
