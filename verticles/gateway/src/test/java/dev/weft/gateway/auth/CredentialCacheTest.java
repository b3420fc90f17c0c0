package dev.weft.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Identity;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.SignedIdentity;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CredentialCacheTest {
  private final AtomicLong nanos = new AtomicLong(1_000);
  private final List<String> asked = new ArrayList<>();
  private final Deque<Promise<SignedIdentity>> open = new ArrayDeque<>();
  private CredentialCache cache = cacheOf(100);

  @BeforeEach
  void revocationsAreHeard() {
    cache.hearing();
  }

  @Test
  void aCheckedCredentialIsRemembered() {
    SignedIdentity identity = know("k1");

    assertThat(cache.identity("k1", "192.0.2.1").result()).isSameAs(identity);
    assertThat(asked).containsExactly("k1");
  }

  @Test
  void requestsWithTheSameUnknownCredentialShareOneCheck() {
    Future<SignedIdentity> first = cache.identity("k1", "192.0.2.1");
    Future<SignedIdentity> second = cache.identity("k1", "192.0.2.1");

    answer(signed("k1"));

    assertThat(asked).hasSize(1);
    assertThat(first.result()).isSameAs(second.result()).isNotNull();
  }

  @Test
  void anIdentityEndsWithItsToken() {
    know("k1");

    pass(Duration.ofSeconds(59));

    assertThat(cache.identity("k1", "192.0.2.1").isComplete()).isFalse();
    assertThat(asked).hasSize(2);
  }

  @Test
  void anIdentityNearItsEndIsRenewedBesideTheRequest() {
    SignedIdentity old = know("k1");
    pass(Duration.ofSeconds(45));

    assertThat(cache.identity("k1", "192.0.2.1").result()).isSameAs(old);
    assertThat(cache.identity("k1", "192.0.2.1").result()).isSameAs(old);
    assertThat(asked).as("one renewal").hasSize(2);

    SignedIdentity renewed = signed("k1");
    answer(renewed);
    assertThat(cache.identity("k1", "192.0.2.1").result()).isSameAs(renewed);
  }

  @Test
  void aRefusalFoundByARenewalEndsTheIdentity() {
    know("k1");
    pass(Duration.ofSeconds(45));
    cache.identity("k1", "192.0.2.1");

    fail(refusal());

    assertThat(cache.identity("k1", "192.0.2.1").failed()).isTrue();
  }

  @Test
  void whereAuthCannotBeReachedAnIdentityStaysGoodUntilItsEnd() {
    SignedIdentity old = know("k1");
    pass(Duration.ofSeconds(45));
    cache.identity("k1", "192.0.2.1");
    fail(unavailable());

    assertThat(cache.identity("k1", "192.0.2.1").result()).isSameAs(old);
    assertThat(asked).as("no hammering").hasSize(2);

    pass(Duration.ofSeconds(14));
    Future<SignedIdentity> afterItsEnd = cache.identity("k1", "192.0.2.1");
    fail(unavailable());
    assertThat(reason(afterItsEnd)).isEqualTo(Reason.UNAVAILABLE);
  }

  @Test
  void aRefusalIsRememberedBriefly() {
    cache.identity("bad", "192.0.2.1");
    fail(refusal());

    assertThat(reason(cache.identity("bad", "192.0.2.1"))).isEqualTo(Reason.UNAUTHENTICATED);
    assertThat(asked).hasSize(1);

    pass(CredentialCache.REFUSAL_LIFE);
    cache.identity("bad", "192.0.2.1");
    assertThat(asked).hasSize(2);
  }

  @Test
  void anUnreachableAuthIsNoRefusal() {
    Future<SignedIdentity> answer = cache.identity("k1", "192.0.2.1");
    fail(unavailable());

    assertThat(reason(answer)).isEqualTo(Reason.UNAVAILABLE);
    cache.identity("k1", "192.0.2.1");
    assertThat(asked).hasSize(2);
  }

  @Test
  void aRevokedKeyIsForgottenAtOnceAndOthersAreNot() {
    know("k1");
    SignedIdentity other = know("k2");

    cache.revoked("id-k1");

    assertThat(cache.identity("k1", "192.0.2.1").isComplete()).isFalse();
    assertThat(cache.identity("k2", "192.0.2.1").result()).isSameAs(other);
  }

  @Test
  void anAnswerThatARevocationOvertookIsNotBelieved() {
    Future<SignedIdentity> answer = cache.identity("k1", "192.0.2.1");
    cache.revoked("id-k1");

    answer(signed("k1"));

    assertThat(reason(answer)).isEqualTo(Reason.UNAUTHENTICATED);
    assertThat(cache.identity("k1", "192.0.2.1").failed()).isTrue();
  }

  @Test
  void afterAGapEverythingIsCheckedAgainBeforeItIsUsed() {
    know("k1");
    cache.deaf();
    cache.hearing();

    Future<SignedIdentity> answer = cache.identity("k1", "192.0.2.1");

    assertThat(answer.isComplete()).isFalse();
    fail(refusal());
    assertThat(reason(answer)).isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void afterAGapAnIdentityIsStillGoodWhereAuthCannotBeReached() {
    SignedIdentity old = know("k1");
    cache.deaf();
    cache.hearing();

    Future<SignedIdentity> answer = cache.identity("k1", "192.0.2.1");
    fail(unavailable());

    assertThat(answer.result()).isSameAs(old);
    assertThat(cache.identity("k1", "192.0.2.1").result())
        .as("and does not wait each time")
        .isSameAs(old);
  }

  @Test
  void anAnswerFromBeforeAGapIsCheckedAgain() {
    cache.identity("k1", "192.0.2.1");
    cache.deaf();
    cache.hearing();
    answer(signed("k1"));

    assertThat(cache.identity("k1", "192.0.2.1").isComplete()).isFalse();
  }

  @Test
  void whileRevocationsAreNotHeardUseIsCheckedEachSecond() {
    SignedIdentity old = know("k1");
    cache.deaf();

    assertThat(cache.identity("k1", "192.0.2.1").result()).isSameAs(old);
    assertThat(asked).hasSize(1);

    pass(Duration.ofSeconds(1));
    assertThat(cache.identity("k1", "192.0.2.1").result()).isSameAs(old);
    assertThat(asked).hasSize(2);
    fail(refusal());
    assertThat(cache.identity("k1", "192.0.2.1").failed()).isTrue();
  }

  @Test
  void bothMemoriesAreBounded() {
    cache = cacheOf(10);
    cache.hearing();
    for (int i = 0; i < 50; i++) {
      know("k" + i);
      cache.identity("bad" + i, "192.0.2.1");
      fail(refusal());
      assertThat(cache.size()).isLessThanOrEqualTo(10);
    }
    asked.clear();
    for (int i = 0; i < 50; i++) {
      cache.identity("bad" + i, "192.0.2.1");
    }
    assertThat(asked).as("refusals forgotten").hasSizeGreaterThanOrEqualTo(40);
  }

  @Test
  void checksUnderWayAreBounded() {
    for (int i = 0; i < CredentialCache.MAX_CHECKS; i++) {
      cache.identity("k" + i, "192.0.2.1");
    }

    assertThat(reason(cache.identity("one more", "192.0.2.1"))).isEqualTo(Reason.OVERLOADED);
  }

  @Test
  void theSecretIsNotShown() {
    assertThat(CredentialKey.of("weft_live_secret").toString()).doesNotContain("secret");
    assertThat(CredentialKey.of("a")).isEqualTo(CredentialKey.of("a"));
    assertThat(CredentialKey.of("a")).isNotEqualTo(CredentialKey.of("b"));
  }

  private CredentialCache cacheOf(int capacity) {
    return new CredentialCache(
        capacity,
        (credential, client) -> {
          asked.add(credential);
          Promise<SignedIdentity> promise = Promise.promise();
          open.add(promise);
          return promise.future();
        },
        new RefusalLimit(2_000, 1, nanos::get),
        nanos::get,
        () -> nanos.get() / 1_000_000);
  }

  private SignedIdentity know(String credential) {
    cache.identity(credential, "192.0.2.1");
    SignedIdentity identity = signed(credential);
    answer(identity);
    return identity;
  }

  private SignedIdentity signed(String credential) {
    return new SignedIdentity(
        "token-" + credential,
        new Identity("t", "s", Set.of("*"), "id-" + credential),
        nanos.get() / 1_000_000 + 60_000,
        null);
  }

  private void answer(SignedIdentity identity) {
    open.remove().complete(identity);
  }

  private void fail(WeftException failure) {
    open.remove().fail(failure);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static Reason reason(Future<?> failed) {
    return ((WeftException) failed.cause()).error().reason();
  }

  private static WeftException refusal() {
    return WeftError.of("auth:key", Reason.UNAUTHENTICATED, "no").exception();
  }

  private static WeftException unavailable() {
    return WeftError.of("mesh", Reason.UNAVAILABLE, "not there").exception();
  }
}
