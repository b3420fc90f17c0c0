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
 * {@code iss}, {@code sub}, {@code tenant}, {@code scopes}, {@code key}, {@code iat}, {@code exp},
 * the end of the credential as {@code cend} and, when it was minted for an access token, that
 * token's {@code jti}.
 *
 * @param identity whose it is
 * @param accessTokenId id of the access token it was minted for; null when an API key was checked
 * @param issuedAt whole seconds count
 * @param expiresAt whole seconds count; at most {@link #LONGEST_LIFE} after
 * @param credentialEnd when the key or access token it was minted for ends; null when the node that
 *     signed it did not say
 */
public record IdentityToken(
    Identity identity,
    @Nullable String accessTokenId,
    Instant issuedAt,
    Instant expiresAt,
    @Nullable Instant credentialEnd) {

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
    if (credentialEnd != null) {
      claims.put("cend", credentialEnd.getEpochSecond());
    }
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
    return read(claims);
  }

  /**
   * Reads a token without checking it.
   *
   * @param verified one that was verified already, such as the one of a call being served
   */
  public static IdentityToken ofVerified(String verified) throws InvalidTokenException {
    return read(Jws.parse(verified, TYPE).claimsCheckedElsewhere());
  }

  private static IdentityToken read(TokenClaims claims) throws InvalidTokenException {
    String tenant = claims.text("tenant");
    String subject = claims.text("sub");
    if (tenant.isEmpty() || subject.isEmpty()) {
      throw new InvalidTokenException("no tenant or no subject");
    }
    return new IdentityToken(
        new Identity(tenant, subject, new HashSet<>(claims.texts("scopes")), claims.text("key")),
        claims.has("jti") ? claims.text("jti") : null,
        claims.time("iat"),
        claims.time("exp"),
        claims.has("cend") ? claims.time("cend") : null);
  }
}
