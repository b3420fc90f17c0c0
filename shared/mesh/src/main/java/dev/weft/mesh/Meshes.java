package dev.weft.mesh;

import dev.weft.mesh.internal.LocalMesh;
import io.vertx.core.Vertx;

/** Makes meshes. */
public final class Meshes {

  /** A mesh within one process: same semantics, no cluster. */
  public static Mesh local(Vertx vertx, MeshOptions options, IdentityVerifierFactory identities) {
    return LocalMesh.start(vertx, options, identities);
  }

  private Meshes() {}

  /** Makes the verifier of a mesh, which may use the mesh to fetch public keys. */
  @FunctionalInterface
  public interface IdentityVerifierFactory {
    IdentityVerifier create(Mesh mesh);
  }
}
