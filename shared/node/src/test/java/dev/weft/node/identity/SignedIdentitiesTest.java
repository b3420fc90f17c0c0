package dev.weft.node.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Identity;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.Jwk;
import dev.weft.contracts.auth.JwkSet;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SignedIdentitiesTest {

  /** A clock that stands until it is moved. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void forward(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static final Identity ANN = new Identity("acme", "ann", Set.of("chat:invoke"), "k1");

  private final KeyPair pair = Ed25519.generate();
  private final HandClock clock = new HandClock();
  private final List<Jwk> served = new ArrayList<>(List.of(Ed25519.jwk("one", pair.getPublic())));
  private int fetches;
  private final SignedIdentities identities =
      new SignedIdentities(
          context -> {
            fetches++;
            return Future.succeededFuture(new JwkSet(List.copyOf(served)));
          },
          clock);

  @Test
  void aGenuineTokenIsVerifiedOnceAndThenRemembered() {
    String token = token("one", pair);
    assertThat(identities.remembered(token)).isNull();
    assertThat(identities.verify(token).result()).isEqualTo(ANN);
    assertThat(identities.remembered(token)).isEqualTo(ANN);
    assertThat(fetches).isEqualTo(1);
  }

  @Test
  void itIsForgottenWhenItExpires() {
    String token = token("one", pair);
    identities.verify(token);
    clock.forward(Duration.ofSeconds(66));
    assertThat(identities.remembered(token)).isNull();
    assertThat(refusal(identities.verify(token))).isEqualTo("mesh:identity.unauthenticated");
  }

  @Test
  void aTokenSignedByAnotherKeyOfTheSameIdIsRefused() {
    String forged = token("one", Ed25519.generate());
    assertThat(refusal(identities.verify(forged))).isEqualTo("mesh:identity.unauthenticated");
    assertThat(identities.remembered(forged)).isNull();
  }

  @Test
  void changedClaimsAreRefused() {
    String[] parts = token("one", pair).split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]));
    String changed =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.replace("acme", "evil").getBytes());
    assertThat(refusal(identities.verify(parts[0] + "." + changed + "." + parts[2])))
        .isEqualTo("mesh:identity.unauthenticated");
  }

  @Test
  void anUnsignedTokenIsRefused() {
    String claims = token("one", pair).split("\\.")[1];
    String header =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                "{\"alg\":\"none\",\"typ\":\"weft-id+jwt\",\"kid\":\"one\"}".getBytes());
    assertThat(refusal(identities.verify(header + "." + claims + ".")))
        .isEqualTo("mesh:identity.unauthenticated");
    assertThat(fetches).isZero();
  }

  @Test
  void anOversizedTokenIsRefusedUnread() {
    assertThat(refusal(identities.verify("a".repeat(1_000_000))))
        .isEqualTo("mesh:identity.unauthenticated");
    assertThat(fetches).isZero();
  }

  @Test
  void unknownKeyIdsFetchAtMostOnceASecond() {
    KeyPair second = Ed25519.generate();
    identities.verify(token("one", pair));
    for (int i = 0; i < 10; i++) {
      assertThat(refusal(identities.verify(token("key" + i, second))))
          .isEqualTo("mesh:identity.unauthenticated");
    }
    assertThat(fetches).isEqualTo(1);
    served.add(Ed25519.jwk("two", second.getPublic()));
    clock.forward(Duration.ofSeconds(1));
    assertThat(identities.verify(token("two", second)).result()).isEqualTo(ANN);
    assertThat(fetches).isEqualTo(2);
  }

  @Test
  void aKeyTakenOutOfTheSetIsTrustedAMinuteAtMost() {
    identities.verify(token("one", pair));
    served.clear();
    clock.forward(Duration.ofSeconds(61));
    // This one is still checked with the old keys, and has the new ones fetched.
    assertThat(identities.verify(token("one", pair)).succeeded()).isTrue();
    clock.forward(Duration.ofSeconds(1));
    assertThat(identities.verify(token("one", pair)).failed()).isTrue();
  }

  @Test
  void manyTokensAtOnceShareOneFetch() {
    Promise<JwkSet> answer = Promise.promise();
    int[] asked = {0};
    SignedIdentities waiting =
        new SignedIdentities(
            context -> {
              asked[0]++;
              return answer.future();
            },
            clock);
    List<Future<Identity>> results = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      results.add(waiting.verify(token("one", pair)));
    }
    answer.complete(new JwkSet(served));
    assertThat(results).allMatch(Future::succeeded);
    assertThat(asked[0]).isEqualTo(1);
  }

  @Test
  void withoutKeysTheAnswerIsUnavailableNotRefused() {
    SignedIdentities cut = new SignedIdentities(context -> Future.failedFuture("gone"), clock);
    assertThat(refusal(cut.verify(token("one", pair)))).isEqualTo("mesh:unavailable");
  }

  @Test
  void whatIsRememberedIsBounded() {
    int limit = 10;
    SignedIdentities bounded =
        new SignedIdentities(context -> Future.succeededFuture(new JwkSet(served)), clock, limit);
    String latest = "";
    for (int i = 0; i < 2 * limit; i++) {
      Identity identity = new Identity("acme", "user" + i, Set.of(), "");
      Instant now = clock.instant();
      latest =
          new IdentityToken(identity, null, now, now.plusSeconds(60), null)
              .sign("one", pair.getPrivate());
      bounded.verify(latest);
    }
    assertThat(bounded.rememberedCount()).isBetween(limit / 2, limit);
    assertThat(bounded.remembered(latest)).isNotNull();
  }

  private String token(String keyId, KeyPair keys) {
    Instant now = clock.instant();
    return new IdentityToken(ANN, null, now, now.plusSeconds(60), null)
        .sign(keyId, keys.getPrivate());
  }

  private static String refusal(Future<Identity> result) {
    assertThat(result.failed()).isTrue();
    return ((WeftException) result.cause()).error().code();
  }
}
