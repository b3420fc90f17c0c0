package dev.weft.node.identity;

import dev.weft.contracts.Empty;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.auth.Jwk;
import dev.weft.contracts.auth.JwkSet;
import dev.weft.mesh.CallContext;
import dev.weft.mesh.IdentityVerifier;
import dev.weft.mesh.Mesh;
import io.vertx.core.Future;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies signed identities with auth's public keys and remembers those it verified until they
 * expire. Thread-safe; never blocks.
 */
public final class SignedIdentities implements IdentityVerifier {

  private static final Logger log = LoggerFactory.getLogger(SignedIdentities.class);

  /** Enough for the principals of a minute; one takes about a kilobyte. */
  private static final int REMEMBERED_LIMIT = 10_000;

  /** A token with an unknown key asks auth at most so often, or forged ones would flood it. */
  private static final Duration LEAST_FETCH_INTERVAL = Duration.ofSeconds(1);

  /** A key taken out of auth's set is trusted no longer than this. */
  private static final Duration KEYS_LIFE = Duration.ofMinutes(1);

  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(5);

  private record Remembered(Identity identity, Instant until) {}

  private record Keys(Map<String, PublicKey> byId, @Nullable Instant fetched) {}

  private final Function<CallContext, Future<JwkSet>> source;
  private final InstantSource clock;
  private final int limit;
  private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();
  private volatile Keys keys = new Keys(Map.of(), null);
  private @Nullable Future<Keys> fetching;
  private @Nullable Instant lastFetch;

  /** A verifier with the keys that auth serves on the mesh. */
  public static SignedIdentities of(Mesh mesh) {
    return new SignedIdentities(
        context -> mesh.call(AuthApi.KEY_SET, Empty.INSTANCE, context), InstantSource.system());
  }

  /**
   * @param source fetches the public keys
   * @param clock what time it is
   */
  public SignedIdentities(Function<CallContext, Future<JwkSet>> source, InstantSource clock) {
    this(source, clock, REMEMBERED_LIMIT);
  }

  SignedIdentities(Function<CallContext, Future<JwkSet>> source, InstantSource clock, int limit) {
    this.source = source;
    this.clock = clock;
    this.limit = limit;
  }

  @Override
  public @Nullable Identity remembered(String token) {
    Remembered entry = remembered.get(token);
    return entry != null && clock.instant().isBefore(entry.until()) ? entry.identity() : null;
  }

  @Override
  public Future<Identity> verify(String token) {
    Jws jws;
    try {
      jws = Jws.parse(token, IdentityToken.TYPE);
    } catch (InvalidTokenException e) {
      return refused(e);
    }
    Keys known = keys;
    PublicKey key = known.byId().get(jws.keyId());
    if (key == null) {
      return fetch().compose(fresh -> check(token, jws, fresh.byId().get(jws.keyId())));
    }
    if (known.fetched() != null && known.fetched().plus(KEYS_LIFE).isBefore(clock.instant())) {
      // Nobody waits for it: the next token is checked with what comes.
      fetch().onFailure(e -> log.debug("Public keys could not be refreshed", e));
    }
    return check(token, jws, key);
  }

  private Future<Identity> check(String token, Jws jws, @Nullable PublicKey key) {
    if (key == null) {
      return refused(new InvalidTokenException("signed with an unknown key"));
    }
    try {
      IdentityToken verified = IdentityToken.read(jws, key, clock.instant());
      remember(token, verified);
      return Future.succeededFuture(verified.identity());
    } catch (InvalidTokenException e) {
      return refused(e);
    }
  }

  private void remember(String token, IdentityToken verified) {
    if (remembered.size() >= limit) {
      forget();
    }
    remembered.put(
        token, new Remembered(verified.identity(), verified.expiresAt().plus(TokenClaims.SKEW)));
  }

  /** Drops what has expired; when all is in force, a tenth of it, which costs a check each. */
  private void forget() {
    Instant now = clock.instant();
    remembered.values().removeIf(entry -> !now.isBefore(entry.until()));
    int surplus = remembered.size() - limit * 9 / 10;
    var entries = remembered.keySet().iterator();
    while (surplus-- > 0 && entries.hasNext()) {
      entries.next();
      entries.remove();
    }
  }

  int rememberedCount() {
    return remembered.size();
  }

  private synchronized Future<Keys> fetch() {
    if (fetching != null) {
      return fetching;
    }
    Instant now = clock.instant();
    if (lastFetch != null && now.isBefore(lastFetch.plus(LEAST_FETCH_INTERVAL))) {
      return Future.succeededFuture(keys);
    }
    lastFetch = now;
    Future<Keys> pending =
        source
            .apply(CallContext.background(FETCH_TIMEOUT))
            .map(set -> new Keys(read(set), clock.instant()))
            .onSuccess(fresh -> keys = fresh)
            .recover(
                e ->
                    Future.failedFuture(
                        WeftError.of(
                                "mesh",
                                Reason.UNAVAILABLE,
                                "The public keys that verify callers cannot be had from auth.")
                            .exception(e)));
    if (!pending.isComplete()) {
      fetching = pending;
      pending.onComplete(done -> fetched());
    }
    return pending;
  }

  private synchronized void fetched() {
    fetching = null;
  }

  private static Map<String, PublicKey> read(JwkSet set) {
    Map<String, PublicKey> byId = new HashMap<>();
    for (Jwk jwk : set.keys()) {
      try {
        byId.put(jwk.kid(), Ed25519.publicKey(jwk));
      } catch (GeneralSecurityException e) {
        log.warn("Left out a public key of auth's set: {}", e.getMessage());
      }
    }
    return byId;
  }

  private static Future<Identity> refused(InvalidTokenException reason) {
    return Future.failedFuture(
        WeftError.of(
                "mesh:identity",
                Reason.UNAUTHENTICATED,
                "The caller's identity is not valid: " + reason.getMessage() + ".")
            .exception());
  }
}
