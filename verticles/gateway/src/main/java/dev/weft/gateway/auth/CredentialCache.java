package dev.weft.gateway.auth;

import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.SignedIdentity;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that auth has checked, remembered until their signed identity expires, and those it
 * has refused, remembered for a few seconds. Thread-safe; never blocks. One for the process.
 *
 * <ul>
 *   <li>An identity near its end is renewed by the request that comes across it, which does not
 *       wait.
 *   <li>Requests with the same unknown credential share one check.
 *   <li>A revocation forgets the key at once, and for longer than an identity lives no answer about
 *       it is believed: a check that was under way may have missed it.
 *   <li>While revocations cannot be heard, whatever is used is checked again every second beside
 *       the request; when they are heard again, everything is checked again before it is used.
 *       Where auth cannot be reached for that, an identity stays good until it expires.
 * </ul>
 */
public final class CredentialCache {
  static final Duration REFUSAL_LIFE = Duration.ofSeconds(5);
  static final Duration REFRESH_AHEAD = Duration.ofSeconds(15);
  static final Duration DEAF_REFRESH = Duration.ofSeconds(1);
  static final Duration REFRESH_BACKOFF = Duration.ofSeconds(1);

  /**
   * Longest life of an identity as the contract says, and how long a revocation is kept in mind.
   */
  static final Duration LONGEST_LIFE = Duration.ofSeconds(60);

  static final Duration REVOCATION_MEMORY = Duration.ofMinutes(2);

  /** An identity must still be good when the service verifies it. */
  static final Duration EXPIRY_MARGIN = Duration.ofSeconds(2);

  /** Different unknown credentials being checked at once. */
  static final int MAX_CHECKS = 1_024;

  private final int capacity;
  private final BiFunction<String, String, Future<SignedIdentity>> checker;
  private final RefusalLimit limit;
  private final LongSupplier nanoClock;
  private final LongSupplier wallClockMillis;

  private final Map<CredentialKey, Entry> known = new ConcurrentHashMap<>();
  private final Map<CredentialKey, Long> refusedUntil = new ConcurrentHashMap<>();
  private final Map<CredentialKey, Future<SignedIdentity>> checks = new ConcurrentHashMap<>();
  private final Map<String, Long> revokedUntil = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean hearing;
  private volatile int generation;

  /**
   * @param capacity most identities kept, and most refusals
   * @param checker asks auth about a credential that came from an address; called on the thread of
   *     the request
   * @param limit of credentials that auth refuses
   * @param nanoClock {@link System#nanoTime()}
   * @param wallClockMillis milliseconds since 1970
   */
  public CredentialCache(
      int capacity,
      BiFunction<String, String, Future<SignedIdentity>> checker,
      RefusalLimit limit,
      LongSupplier nanoClock,
      LongSupplier wallClockMillis) {
    this.capacity = capacity;
    this.checker = checker;
    this.limit = limit;
    this.nanoClock = nanoClock;
    this.wallClockMillis = wallClockMillis;
  }

  /**
   * The caller's identity: completed already when it is remembered. The future completes on any
   * thread. Fails with auth's refusal ({@link Reason#UNAUTHENTICATED}), with what kept auth from
   * answering, with {@code gateway:credentials.overloaded}, or with {@code
   * gateway:credentials.rate_limited} when too many that came from there were refused.
   *
   * @param client the address it came from
   */
  public Future<SignedIdentity> identity(String credential, String client) {
    CredentialKey key = CredentialKey.of(credential);
    long now = nanoClock.getAsLong();
    Entry entry = known.get(key);
    if (entry != null && now - entry.expiresNanos >= 0) {
      known.remove(key, entry);
      entry = null;
    }
    if (entry == null) {
      return isRefused(key, now)
          ? Future.failedFuture(refusal())
          : checkUnknown(key, credential, client);
    }
    if (entry.generation != generation && now - entry.notBeforeNanos >= 0) {
      Entry stale = entry;
      return check(key, credential, client).recover(failure -> orStale(key, stale, failure));
    }
    if (entry.refreshDue(now, hearing)) {
      check(key, credential, client);
    }
    return entry.answer;
  }

  /** Number of identities remembered, for metrics. */
  public int size() {
    return known.size();
  }

  /** Forgets a credential whose identity a service did not accept. */
  public void forget(String credential) {
    known.remove(CredentialKey.of(credential));
  }

  /** A key is valid no more. */
  public void revoked(String keyId) {
    long now = nanoClock.getAsLong();
    revokedUntil.values().removeIf(until -> now - until >= 0);
    revokedUntil.put(keyId, now + REVOCATION_MEMORY.toNanos());
    known.values().removeIf(entry -> entry.identity.identity().keyId().equals(keyId));
    listeners.forEach(Runnable::run);
  }

  /** Runs something whenever a credential may have ended, on the thread that hears of it. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * Why an identity that was given out earlier is good no more: its credential was revoked or has
   * expired. Null when neither is known.
   */
  public @Nullable WeftException ended(SignedIdentity identity) {
    Long end = identity.credentialEndsAtMillis();
    boolean expired = end != null && wallClockMillis.getAsLong() >= end;
    if (!expired && !isRevoked(identity)) {
      return null;
    }
    return WeftError.of(
            "auth:key",
            Reason.UNAUTHENTICATED,
            expired
                ? "The API key or token has expired."
                : "The API key, or the one it was made with, was revoked.")
        .exception();
  }

  /**
   * Grows when revocations are heard again: identities given out before, which may have missed one,
   * are to be asked for anew.
   */
  public int generation() {
    return generation;
  }

  /** Revocations are heard from now on; what was remembered before may have missed some. */
  public void hearing() {
    synchronized (this) {
      generation++;
      hearing = true;
    }
    listeners.forEach(Runnable::run);
  }

  /** Revocations are heard no more. */
  public void deaf() {
    hearing = false;
  }

  private Future<SignedIdentity> checkUnknown(CredentialKey key, String credential, String client) {
    Future<SignedIdentity> running = checks.get(key);
    if (running != null) {
      return running;
    }
    long wait = limit.take(client);
    if (wait > 0) {
      return Future.failedFuture(
          WeftError.of(
                  "gateway:credentials",
                  Reason.RATE_LIMITED,
                  "Too many wrong API keys or tokens came from your address; one that is not known"
                      + " yet is checked again shortly.")
              .withDetail(WeftError.RETRY_AFTER_MILLIS, TimeUnit.NANOSECONDS.toMillis(wait) + 1)
              .exception());
    }
    return check(key, credential, client)
        .onComplete(
            (identity, failure) -> {
              if (failure == null || !isRefusal(failure)) {
                limit.giveBack(client);
              }
            });
  }

  private Future<SignedIdentity> check(CredentialKey key, String credential, String client) {
    if (checks.size() >= MAX_CHECKS) {
      return Future.failedFuture(
          WeftError.of(
                  "gateway:credentials",
                  Reason.OVERLOADED,
                  "Too many credentials are being checked at once; try again shortly.")
              .exception());
    }
    Promise<SignedIdentity> promise = Promise.promise();
    Future<SignedIdentity> running = checks.putIfAbsent(key, promise.future());
    if (running != null) {
      return running;
    }
    int asOf = generation;
    checker
        .apply(credential, client)
        .onComplete(
            answer -> {
              Throwable failure = answer.cause();
              if (failure == null && isRevoked(answer.result())) {
                failure = refusal();
              }
              if (failure == null) {
                remember(key, answer.result(), asOf);
              } else if (isRefusal(failure)) {
                refuse(key);
              }
              checks.remove(key);
              if (failure == null) {
                promise.complete(answer.result());
              } else {
                postpone(key);
                promise.fail(failure);
              }
            });
    return promise.future();
  }

  private void remember(CredentialKey key, SignedIdentity identity, int asOf) {
    long now = nanoClock.getAsLong();
    long lifeMillis = identity.expiresAtMillis() - wallClockMillis.getAsLong();
    long lifeNanos =
        Math.min(LONGEST_LIFE.toNanos(), lifeMillis * 1_000_000) - EXPIRY_MARGIN.toNanos();
    if (lifeNanos <= 0) {
      return;
    }
    makeRoom(known, entry -> now - entry.expiresNanos >= 0);
    refusedUntil.remove(key);
    known.put(key, new Entry(identity, asOf, now, now + lifeNanos));
    // A revocation between the check above and the put would otherwise be lost.
    if (isRevoked(identity)) {
      known.remove(key);
    }
  }

  private void refuse(CredentialKey key) {
    long now = nanoClock.getAsLong();
    known.remove(key);
    makeRoom(refusedUntil, until -> now - until >= 0);
    refusedUntil.put(key, now + REFUSAL_LIFE.toNanos());
  }

  private void postpone(CredentialKey key) {
    Entry entry = known.get(key);
    if (entry != null) {
      entry.notBeforeNanos = nanoClock.getAsLong() + REFRESH_BACKOFF.toNanos();
    }
  }

  private Future<SignedIdentity> orStale(CredentialKey key, Entry stale, Throwable failure) {
    boolean good = nanoClock.getAsLong() - stale.expiresNanos < 0 && known.get(key) == stale;
    return isRefusal(failure) || !good ? Future.failedFuture(failure) : stale.answer;
  }

  private boolean isRefused(CredentialKey key, long now) {
    Long until = refusedUntil.get(key);
    return until != null && now - until < 0;
  }

  private boolean isRevoked(SignedIdentity identity) {
    Long until = revokedUntil.get(identity.identity().keyId());
    return until != null && nanoClock.getAsLong() - until < 0;
  }

  /**
   * Makes room when there is none: what is over goes first, then an eighth of whatever comes (keys
   * are hashes, so no caller chooses), so that a flood of new ones does not scan each time.
   */
  private <V> void makeRoom(Map<CredentialKey, V> map, Predicate<V> over) {
    if (map.size() < capacity) {
      return;
    }
    map.values().removeIf(over);
    Iterator<CredentialKey> any = map.keySet().iterator();
    while (map.size() > capacity - Math.max(1, capacity / 8) && any.hasNext()) {
      any.next();
      any.remove();
    }
  }

  private static boolean isRefusal(Throwable failure) {
    return failure instanceof WeftException own && own.error().reason() == Reason.UNAUTHENTICATED;
  }

  private static WeftException refusal() {
    return WeftError.of(
            "auth:key",
            Reason.UNAUTHENTICATED,
            "The API key or token is not valid: it is wrong, expired or revoked.")
        .exception();
  }

  private static final class Entry {
    final SignedIdentity identity;
    final Future<SignedIdentity> answer;
    final int generation;
    final long checkedNanos;
    final long expiresNanos;
    volatile long notBeforeNanos;

    Entry(SignedIdentity identity, int generation, long checkedNanos, long expiresNanos) {
      this.identity = identity;
      this.answer = Future.succeededFuture(identity);
      this.generation = generation;
      this.checkedNanos = checkedNanos;
      this.expiresNanos = expiresNanos;
      this.notBeforeNanos = checkedNanos;
    }

    boolean refreshDue(long now, boolean hearing) {
      if (now - notBeforeNanos < 0) {
        return false;
      }
      return expiresNanos - now < REFRESH_AHEAD.toNanos()
          || (!hearing && now - checkedNanos >= DEAF_REFRESH.toNanos());
    }
  }
}
