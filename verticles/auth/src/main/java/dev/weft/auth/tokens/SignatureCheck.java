package dev.weft.auth.tokens;

import dev.weft.contracts.auth.Jwk;
import dev.weft.contracts.auth.JwkSet;
import dev.weft.node.identity.InvalidTokenException;
import dev.weft.node.identity.TokenClaims;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.List;

/**
 * Checks signature, issuer and audience of access tokens by vertx-auth-jwt. The library takes much
 * that we do not (any {@code typ}, unknown header parameters, repeated names, sloppy base64,
 * several audiences), so {@link AccessTokenJwt#read} looks at the form of a token before it comes
 * here and at its claims afterwards. Thread-safe.
 */
final class SignatureCheck {
  private final JWTAuth auth;

  /**
   * @param keys the only keys that count, found by their {@code kid}; with no algorithm but EdDSA
   */
  SignatureCheck(Vertx vertx, JwkSet keys) {
    JWTAuthOptions options =
        new JWTAuthOptions()
            .setJWTOptions(
                new JWTOptions()
                    .setAlgorithm("EdDSA")
                    .setIssuer(TokenClaims.ISSUER)
                    .setAudience(List.of(AccessTokenJwt.AUDIENCE))
                    // Times are checked by the clock that the caller gives.
                    .setIgnoreExpiration(true));
    for (Jwk key : keys.keys()) {
      options.addJwk(
          new JsonObject()
              .put("kty", key.kty())
              .put("crv", key.crv())
              .put("x", key.x())
              .put("kid", key.kid())
              .put("alg", key.alg())
              .put("use", key.use()));
    }
    this.auth = JWTAuth.create(vertx, options);
  }

  /**
   * Checks a token; on a virtual thread, or one that is not of Vert.x.
   *
   * @throws InvalidTokenException when none of the keys signed it, or it is not for us
   */
  void require(String token) throws InvalidTokenException {
    // Composed, since the library throws at claims of an unexpected type instead of failing.
    boolean ours =
        Future.succeededFuture(new TokenCredentials(token))
            .compose(auth::authenticate)
            .map(true)
            .otherwise(false)
            .await();
    if (!ours) {
      // Not the library's words: they may quote the token.
      throw new InvalidTokenException("the signature, the issuer or the audience is wrong");
    }
  }
}
