package dev.weft.auth.keys;

import dev.weft.auth.store.KeyStore;
import dev.weft.auth.store.StoredKey;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.CreateKey;
import dev.weft.contracts.auth.CreatedKey;
import dev.weft.contracts.auth.KeyInfo;
import dev.weft.contracts.auth.KeyList;
import dev.weft.node.Profile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Creates, lists and revokes API keys within a tenant. Straight code: call it on a virtual-thread
 * verticle or a plain thread.
 */
public final class ApiKeys {
  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);
  private static final int LONGEST_NAME = 100;
  private static final int DEFAULT_DAYS = 90;
  private static final int MOST_DAYS = 3_650;

  private final KeyStore store;
  private final KeyDigest digest;
  private final ApiKey.Type type;
  private final InstantSource time;

  /**
   * @param profile keys made in the dev profile say so
   */
  public ApiKeys(KeyStore store, KeyDigest digest, Profile profile, InstantSource time) {
    this.store = store;
    this.digest = digest;
    this.time = time;
    type = profile == Profile.PROD ? ApiKey.Type.LIVE : ApiKey.Type.TEST;
  }

  /**
   * Creates a key that acts for the caller, in the caller's tenant. It ends when the caller's own
   * credential does at the latest, and is revoked with the caller's key.
   *
   * @param end of the caller's credential; null when it has none
   * @throws WeftException {@code auth:key.invalid} when the request asks for what cannot be, {@code
   *     auth:key.denied} when it grants a scope the caller does not hold, {@code
   *     auth:key.unauthenticated} when the caller's key was revoked meanwhile
   */
  public CreatedKey create(Identity caller, @Nullable Instant end, CreateKey request) {
    String name = name(request.name());
    Set<String> scopes = scopes(caller, request.scopes());
    Duration life = life(request.expiresInDays());
    Instant now = time.instant().truncatedTo(ChronoUnit.MILLIS);
    Instant asked = now.plus(life);
    Instant expiresAt = end != null && end.isBefore(asked) ? end : asked;
    String parent = caller.keyId().isEmpty() ? null : caller.keyId();
    while (true) {
      ApiKey key = ApiKey.generate(type);
      StoredKey stored =
          new StoredKey(
              key.id(),
              key.type().word(),
              caller.tenant(),
              caller.subject(),
              parent,
              name,
              digest.of(key),
              key.hint(),
              scopes,
              now,
              expiresAt,
              null,
              null);
      switch (store.add(stored)) {
        case ADDED -> {
          event(stored, caller)
              .addKeyValue("scopes", stored.scopes())
              .addKeyValue("expires", stored.expiresAt())
              .log("A key was made.");
          return new CreatedKey(key.text(), info(stored, now));
        }
        case PARENT_REVOKED ->
            throw WeftError.of(
                    "auth:key",
                    Reason.UNAUTHENTICATED,
                    "Your own key was revoked; it can make no others.")
                .exception();
        case ID_TAKEN -> {
          // 1 in 2·10^14. The next one will not be.
        }
      }
    }
  }

  /** The tenant's keys, the newest first. */
  public KeyList list(String tenant) {
    Instant now = time.instant();
    return new KeyList(store.list(tenant).stream().map(key -> info(key, now)).toList());
  }

  /**
   * Revokes a key and all keys made with it, at once and for good; doing it again changes nothing.
   *
   * @throws WeftException {@code auth:key.not_found} when the caller's tenant has no such key,
   *     {@code auth:key.denied} when the key may do what the caller may not
   */
  public KeyInfo revoke(Identity caller, String id) {
    StoredKey victim = store.find(id);
    if (victim == null || !victim.tenant().equals(caller.tenant())) {
      throw notFound();
    }
    for (String scope : victim.scopes()) {
      if (!caller.holds(scope)) {
        throw WeftError.of(
                "auth:key",
                Reason.DENIED,
                "You cannot revoke this key: it holds the scope '"
                    + scope
                    + "', which your own key does not.")
            .exception();
      }
    }
    StoredKey key = store.revoke(caller.tenant(), id);
    if (key == null) {
      throw notFound();
    }
    event(key, caller).log("A key was revoked.");
    return info(key, time.instant());
  }

  private static WeftException notFound() {
    return WeftError.of(
            "auth:key", Reason.NOT_FOUND, "There is no key of this id; list keys to see them.")
        .exception();
  }

  /** What is on record of anything that happens to a key; never the secret. */
  private static LoggingEventBuilder event(StoredKey key, Identity by) {
    return log.atInfo()
        .addKeyValue("key", key.id())
        .addKeyValue("tenant", key.tenant())
        .addKeyValue("by", by.keyId().isEmpty() ? "the command line" : by.keyId())
        .addKeyValue("subject", by.subject());
  }

  private static String name(@Nullable String asked) {
    String name = asked == null ? "" : asked.strip();
    if (name.isEmpty()
        || name.length() > LONGEST_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw invalid("name", "A key needs a name of 1 to " + LONGEST_NAME + " characters.");
    }
    return name;
  }

  private static Set<String> scopes(Identity caller, @Nullable List<String> asked) {
    if (asked == null) {
      Set<String> usual = new LinkedHashSet<>(Scopes.ALL);
      usual.remove(Scopes.KEYS_MANAGE);
      usual.remove(Scopes.OBJECTS_INSPECT);
      usual.removeIf(scope -> !caller.holds(scope));
      return usual;
    }
    if (asked.isEmpty()) {
      throw invalid("scopes", "A key needs at least one scope of " + Scopes.ALL + ".");
    }
    for (String scope : asked) {
      if (!Scopes.ALL.contains(scope)) {
        throw invalid("scopes", "There is no scope '" + scope + "'; there are " + Scopes.ALL + ".");
      }
      if (!caller.holds(scope)) {
        throw WeftError.of(
                "auth:key",
                Reason.DENIED,
                "You cannot grant the scope '" + scope + "': your own key does not hold it.")
            .withDetail(WeftError.PARAM, "scopes")
            .exception();
      }
    }
    return new LinkedHashSet<>(asked);
  }

  private static Duration life(@Nullable Integer days) {
    int asked = days == null ? DEFAULT_DAYS : days;
    if (asked < 1 || asked > MOST_DAYS) {
      throw invalid("expiresInDays", "A key lives 1 to " + MOST_DAYS + " days, not " + asked + ".");
    }
    return Duration.ofDays(asked);
  }

  private static WeftException invalid(String param, String message) {
    return WeftError.of("auth:key", Reason.INVALID, message)
        .withDetail(WeftError.PARAM, param)
        .exception();
  }

  private static KeyInfo info(StoredKey key, Instant now) {
    return new KeyInfo(
        key.id(),
        key.name(),
        key.hint(),
        Scopes.ALL.stream().filter(key.scopes()::contains).toList(),
        key.revokedAt() != null ? "revoked" : key.expired(now) ? "expired" : "active",
        key.createdAt().toString(),
        key.expiresAt().toString(),
        text(key.revokedAt()),
        text(key.lastUsedAt()),
        key.parent());
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
