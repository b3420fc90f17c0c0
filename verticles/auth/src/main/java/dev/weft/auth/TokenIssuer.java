package dev.weft.auth;

import dev.weft.auth.store.StoredKey;
import dev.weft.auth.tokens.AccessTokenJwt;
import dev.weft.auth.tokens.SigningKeys;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.AccessToken;
import dev.weft.contracts.auth.IssueToken;
import dev.weft.mesh.CallContext;
import dev.weft.node.identity.IdentityToken;
import dev.weft.node.identity.InvalidTokenException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Issues access tokens to callers that came with an API key. Straight code for virtual threads. */
final class TokenIssuer {
  private final CredentialChecker checker;
  private final SigningKeys signingKeys;
  private final InstantSource time;

  TokenIssuer(CredentialChecker checker, SigningKeys signingKeys, InstantSource time) {
    this.checker = checker;
    this.signingKeys = signingKeys;
    this.time = time;
  }

  /**
   * A token with the caller's scopes or fewer, that ends with the caller's API key. It may manage
   * keys only when that is asked for by name.
   *
   * @throws WeftException {@code auth:token.invalid} for a bad request, {@code auth:token.denied}
   *     for a scope the caller does not hold or a caller that came with an access token: tokens
   *     that beget tokens would live for ever
   */
  AccessToken issue(IssueToken request, CallContext context) {
    Identity caller = context.caller();
    if (caller.keyId().isEmpty() || cameWithToken(context)) {
      throw denied("Access tokens are issued for API keys only, not for other access tokens.");
    }
    Set<String> scopes = scopes(caller, request.scopes());
    int ttl = request.ttlSeconds() == null ? longest() : request.ttlSeconds();
    if (ttl < 1 || ttl > longest()) {
      throw invalid("ttlSeconds", "A token lives 1 to " + longest() + " seconds, not " + ttl + ".");
    }
    StoredKey key = checker.activeKey(caller.keyId());
    Instant now = time.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant end = now.plusSeconds(ttl);
    if (end.isAfter(key.expiresAt())) {
      end = key.expiresAt().truncatedTo(ChronoUnit.SECONDS);
    }
    Identity bearer = new Identity(caller.tenant(), caller.subject(), scopes, caller.keyId());
    return new AccessToken(
        AccessTokenJwt.issue(signingKeys.current(), bearer, now, end),
        "Bearer",
        (int) Duration.between(now, end).toSeconds(),
        AccessTokenJwt.scope(scopes));
  }

  private static boolean cameWithToken(CallContext context) {
    try {
      return IdentityToken.ofVerified(Objects.requireNonNull(context.identityToken()))
              .accessTokenId()
          != null;
    } catch (InvalidTokenException e) {
      throw new IllegalStateException("a verified identity that cannot be read", e);
    }
  }

  private static Set<String> scopes(Identity caller, @Nullable List<String> asked) {
    if (asked == null) {
      Set<String> usual = new HashSet<>(caller.scopes());
      usual.remove(Scopes.KEYS_MANAGE);
      if (usual.isEmpty()) {
        throw invalid(
            "scopes",
            "Your key may only manage keys. A token for that must be asked for: send"
                + " {\"scopes\": [\"keys:manage\"]}.");
      }
      return usual;
    }
    if (asked.isEmpty()) {
      throw invalid("scopes", "A token needs at least one scope.");
    }
    for (String scope : asked) {
      if (!caller.holds(scope)) {
        throw denied("You cannot get a token for '" + scope + "': your key does not hold it.");
      }
    }
    return new HashSet<>(asked);
  }

  private static int longest() {
    return (int) AccessTokenJwt.LONGEST_LIFE.toSeconds();
  }

  private static WeftException invalid(String param, String message) {
    return WeftError.of("auth:token", Reason.INVALID, message)
        .withDetail(WeftError.PARAM, param)
        .exception();
  }

  private static WeftException denied(String message) {
    return WeftError.of("auth:token", Reason.DENIED, message).exception();
  }
}
