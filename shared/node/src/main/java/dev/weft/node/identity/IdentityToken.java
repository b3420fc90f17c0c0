package dev.weft.node.identity;

import dev.weft.contracts.Identity;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The signed identity that travels with every call: a JWS of type {@link #TYPE} with the claims
 * {@code iss}, {@code sub}, {@code tenant}, {@code scopes}, {@code key}, {@code iat}, {@code exp}
 * and, when it was minted for an access token, that token's {@code jti}.
 *
 * @param identity whose it is
 * @param accessTokenId id of the access token it was minted for; null when an API key was checked
 * @param issuedAt whole seconds count
 * @param expiresAt whole seconds count; at most {@link #LONGEST_LIFE} after
 */
public record IdentityToken(
    Identity identity, @Nullable String accessTokenId, Instant issuedAt, Instant expiresAt) {

  public static final String TYPE = "weft-id+jwt";
  public static final Duration LONGEST_LIFE = Duration.ofSeconds(60);

  /** The signed form. */
  public String sign(String keyId, PrivateKey key) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", TokenClaims.ISSUER);
    claims.put("sub", identity.subject());
    claims.put("tenant", identity.tenant());
    claims.put("scopes", identity.scopes().stream().sorted().toList());
    claims.put("key", identity.keyId());
    if (accessTokenId != null) {
      claims.put("jti", accessTokenId);
    }
    claims.put("iat", issuedAt.getEpochSecond());
    claims.put("exp", expiresAt.getEpochSecond());
    return Jws.sign(TYPE, keyId, key, claims);
  }

  /**
   * Reads a token of {@link #TYPE} that {@link Jws#parse} took apart.
   *
   * @param key the public key of the token's key id
   * @throws InvalidTokenException when the key did not sign it or it is not in force
   */
  public static IdentityToken read(Jws token, PublicKey key, Instant now)
      throws InvalidTokenException {
    TokenClaims claims = token.claims(key);
    claims.require("iss", TokenClaims.ISSUER);
    claims.requireInForce(now, LONGEST_LIFE);
    String tenant = claims.text("tenant");
    String subject = claims.text("sub");
    if (tenant.isEmpty() || subject.isEmpty()) {
      throw new InvalidTokenException("no tenant or no subject");
    }
    return new IdentityToken(
        new Identity(tenant, subject, new HashSet<>(claims.texts("scopes")), claims.text("key")),
        claims.has("jti") ? claims.text("jti") : null,
        claims.time("iat"),
        claims.time("exp"));
  }

  /**
   * Id of the access token that a signed identity was minted for; null when it was an API key's.
   *
   * @param verified a token that was verified already, such as the one of a call being served
   */
  public static @Nullable String accessTokenIdOf(String verified) throws InvalidTokenException {
    TokenClaims claims = Jws.parse(verified, TYPE).claimsCheckedElsewhere();
    return claims.has("jti") ? claims.text("jti") : null;
  }
}
