package dev.weft.auth.tokens;

import dev.weft.auth.keys.Base62;
import dev.weft.auth.tokens.SigningKeys.SigningKey;
import dev.weft.contracts.Identity;
import dev.weft.node.identity.InvalidTokenException;
import dev.weft.node.identity.Jws;
import dev.weft.node.identity.TokenClaims;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Access tokens: JWTs in the profile of RFC 9068 ({@code typ: at+jwt}), checked as RFC 8725 asks.
 * TokenClaims: {@code iss}, {@code aud} (both {@code weft}), {@code sub}, {@code client_id} (the
 * API key it was issued under; the token ends with it), {@code tenant}, {@code scope}, {@code jti},
 * {@code iat}, {@code exp}.
 *
 * @param id its {@code jti}
 * @param identity whose it is
 * @param expiresAt end of its life
 */
public record AccessTokenJwt(String id, Identity identity, Instant expiresAt) {

  public static final String TYPE = "at+jwt";
  public static final String AUDIENCE = "weft";
  public static final Duration LONGEST_LIFE = Duration.ofMinutes(10);

  /**
   * Issues a token. Not by vertx-auth-jwt, which writes {@code typ: JWT} into every header.
   *
   * @param identity whose it will be; its key id must name a key
   * @param expiresAt whole seconds count; at most {@link #LONGEST_LIFE} after now
   */
  public static String issue(SigningKey key, Identity identity, Instant now, Instant expiresAt) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", TokenClaims.ISSUER);
    claims.put("aud", AUDIENCE);
    claims.put("sub", identity.subject());
    claims.put("client_id", identity.keyId());
    claims.put("tenant", identity.tenant());
    claims.put("scope", scope(identity.scopes()));
    claims.put("jti", Base62.random(22));
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", expiresAt.getEpochSecond());
    return Jws.sign(TYPE, key.id(), key.privateKey(), claims);
  }

  /** Scopes in the form of a {@code scope} parameter (RFC 6749 section 3.3). */
  public static String scope(Set<String> scopes) {
    return scopes.stream().sorted().collect(Collectors.joining(" "));
  }

  /**
   * Reads a token: first its form, then by whom and for whom it was signed, then its claims.
   *
   * @param check knows our own keys: whatever else a token says about keys is ignored
   * @throws InvalidTokenException when it is not genuine or not in force
   */
  static AccessTokenJwt read(String token, SignatureCheck check, Instant now)
      throws InvalidTokenException {
    Jws form = Jws.parse(token, TYPE);
    check.require(token);
    TokenClaims claims = form.claimsCheckedElsewhere();
    claims.require("iss", TokenClaims.ISSUER);
    claims.require("aud", AUDIENCE);
    claims.requireInForce(now, LONGEST_LIFE);
    Set<String> scopes =
        Arrays.stream(claims.text("scope").split(" ", -1))
            .filter(scope -> !scope.isEmpty())
            .collect(Collectors.toSet());
    return new AccessTokenJwt(
        present(claims, "jti"),
        new Identity(
            present(claims, "tenant"),
            present(claims, "sub"),
            scopes,
            present(claims, "client_id")),
        claims.time("exp"));
  }

  private static String present(TokenClaims claims, String name) throws InvalidTokenException {
    String value = claims.text(name);
    if (value.isEmpty()) {
      throw new InvalidTokenException("the claim " + name + " is empty");
    }
    return value;
  }
}
