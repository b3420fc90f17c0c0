package dev.weft.mesh;

import dev.weft.contracts.Identity;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a signed identity is genuine. Called for every request to an endpoint that is not
 * open, so implementations remember what they have verified.
 */
public interface IdentityVerifier {

  /**
   * The identity if the token was verified before and is still in force, else null. Never blocks.
   */
  @Nullable Identity remembered(String token);

  /**
   * Verifies a token. Fails with {@code mesh:identity.unauthenticated} when it is not genuine or
   * expired, and {@code mesh:unavailable} when the public keys cannot be had.
   */
  Future<Identity> verify(String token);

  /** Makes the verifier of a mesh, which may use the mesh to fetch public keys. */
  @FunctionalInterface
  interface Factory {
    IdentityVerifier create(Mesh mesh);
  }
}
