package dev.weft.auth;

import dev.weft.auth.keys.ApiKey;
import dev.weft.auth.keys.KeyDigest;
import dev.weft.auth.store.KeyStore;
import dev.weft.auth.store.StoredKey;
import dev.weft.auth.tokens.AccessTokenJwt;
import dev.weft.auth.tokens.SigningKeys;
import dev.weft.auth.tokens.SigningKeys.SigningKey;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.SignedIdentity;
import dev.weft.node.Profile;
import dev.weft.node.identity.IdentityToken;
import dev.weft.node.identity.InvalidTokenException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a credential into a signed identity. Straight code for virtual threads.
 *
 * <p>Why a key is refused is said only to who has proved to hold it: an unknown id and a wrong
 * secret get the same answer after the same work.
 */
final class CredentialChecker {
  private static final Logger log = LoggerFactory.getLogger(CredentialChecker.class);

  private final KeyStore store;
  private final KeyDigest digest;
  private final SigningKeys signingKeys;
  private final Profile profile;
  private final InstantSource time;

  CredentialChecker(
      KeyStore store,
      KeyDigest digest,
      SigningKeys signingKeys,
      Profile profile,
      InstantSource time) {
    this.store = store;
    this.digest = digest;
    this.signingKeys = signingKeys;
    this.profile = profile;
    this.time = time;
  }

  /**
   * The identity behind an API key or access token.
   *
   * @param client the address it was sent from, for the log; null when not known
   * @throws WeftException {@code auth:key.unauthenticated} or {@code auth:token.unauthenticated}
   */
  SignedIdentity check(String credential, @Nullable String client) {
    boolean token = credential.indexOf('.') >= 0;
    try {
      return token ? checkToken(credential, client) : checkKey(credential, client);
    } catch (WeftException e) {
      if (e.error().reason() == Reason.UNAUTHENTICATED) {
        log.atInfo()
            .addKeyValue("kind", token ? "access token" : "key")
            .addKeyValue("client", client)
            .addKeyValue("why", e.error().message())
            .log("A credential was refused.");
      }
      throw e;
    }
  }

  private SignedIdentity checkKey(String text, @Nullable String client) {
    ApiKey key = ApiKey.parse(text);
    if (key.type() == ApiKey.Type.DEV && profile != Profile.DEV) {
      throw refused(
          "auth:key",
          "The ready-made key of the dev profile is not accepted in the prod profile; create a key"
              + " with 'weft key create'.");
    }
    StoredKey stored = store.find(key.id());
    if (!digest.matches(key, stored == null ? null : stored.digest()) || stored == null) {
      throw refused("auth:key", "The API key is not valid: there is no such key.");
    }
    Instant now = time.instant();
    requireActive(stored, now, "auth:key");
    noteUse(stored, client, now);
    Identity identity = new Identity(stored.tenant(), stored.owner(), stored.scopes(), stored.id());
    return sign(identity, null, now, stored.expiresAt());
  }

  private SignedIdentity checkToken(String text, @Nullable String client) {
    Instant now = time.instant();
    AccessTokenJwt token;
    try {
      token = signingKeys.accessToken(text, now);
    } catch (InvalidTokenException e) {
      throw refused("auth:token", "The access token is not valid: " + e.getMessage() + ".");
    }
    StoredKey key = store.find(token.identity().keyId());
    if (key == null || !key.tenant().equals(token.identity().tenant())) {
      throw refused("auth:token", "The API key this access token was issued under is gone.");
    }
    if (key.type().equals(ApiKey.Type.DEV.word()) && profile != Profile.DEV) {
      throw refused("auth:token", "Access tokens of the dev key are not accepted in production.");
    }
    requireActive(key, now, "auth:token");
    noteUse(key, client, now);
    Instant end = token.expiresAt().isBefore(key.expiresAt()) ? token.expiresAt() : key.expiresAt();
    return sign(token.identity(), token.id(), now, end);
  }

  /**
   * The key of a caller, if it may be used.
   *
   * @throws WeftException {@code auth:key.unauthenticated}
   */
  StoredKey activeKey(String id) {
    StoredKey key = store.find(id);
    if (key == null) {
      throw refused("auth:key", "The API key of this caller is gone.");
    }
    requireActive(key, time.instant(), "auth:key");
    return key;
  }

  private void noteUse(StoredKey key, @Nullable String client, Instant now) {
    if (key.lastUsedAt() == null) {
      log.atInfo()
          .addKeyValue("key", key.id())
          .addKeyValue("tenant", key.tenant())
          .addKeyValue("client", client)
          .log("A key was used for the first time.");
    }
    store.noteUse(key, now);
  }

  private static void requireActive(StoredKey key, Instant now, String area) {
    if (key.revokedAt() != null) {
      throw refused(
          area,
          "The API key '"
              + key.name()
              + "' ("
              + key.id()
              + ") was revoked at "
              + key.revokedAt()
              + "; create another.");
    }
    if (key.expired(now)) {
      throw refused(
          area,
          "The API key '"
              + key.name()
              + "' ("
              + key.id()
              + ") expired at "
              + key.expiresAt()
              + "; create another.");
    }
  }

  private SignedIdentity sign(
      Identity identity, @Nullable String tokenId, Instant now, Instant end) {
    Instant from = now.truncatedTo(ChronoUnit.SECONDS);
    Instant longest = from.plus(IdentityToken.LONGEST_LIFE);
    // A credential in its last second still gets an identity of one second.
    Instant until = end.isBefore(longest) ? end.truncatedTo(ChronoUnit.SECONDS) : longest;
    if (!until.isAfter(from)) {
      until = from.plusSeconds(1);
    }
    SigningKey key = signingKeys.current();
    String signed =
        new IdentityToken(identity, tokenId, from, until, end).sign(key.id(), key.privateKey());
    return new SignedIdentity(
        signed, identity, Math.min(until.toEpochMilli(), end.toEpochMilli()), end.toEpochMilli());
  }

  private static WeftException refused(String area, String message) {
    return WeftError.of(area, Reason.UNAUTHENTICATED, message).exception();
  }
}
