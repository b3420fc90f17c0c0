package dev.weft.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.Empty;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.AccessToken;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.auth.CreateKey;
import dev.weft.contracts.auth.CreatedKey;
import dev.weft.contracts.auth.IssueToken;
import dev.weft.contracts.auth.JwkSet;
import dev.weft.node.identity.Ed25519;
import dev.weft.node.identity.Jws;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestNode;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokensIT {
  private static TestNode node;
  private static AuthCalls auth;

  @BeforeAll
  static void start() {
    node = TestNode.builder().signedIdentities().start(new AuthService());
    auth = new AuthCalls(node);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void aTokenOpensWhatItsKeyDoes() {
    CreatedKey key = auth.manager();

    AccessToken token = auth.token(key.key(), new IssueToken(null, null));

    assertThat(token.tokenType()).isEqualTo("Bearer");
    assertThat(token.expiresIn()).isEqualTo(600);
    assertThat(token.scope()).isEqualTo("chat:invoke rag:read");
    Identity bearer = auth.check(token.accessToken()).identity();
    Identity holder = auth.check(key.key()).identity();
    assertThat(bearer)
        .isEqualTo(
            new Identity(holder.tenant(), holder.subject(), bearer.scopes(), holder.keyId()));
    assertThat(bearer.scopes()).containsExactlyInAnyOrder(Scopes.CHAT_INVOKE, Scopes.RAG_READ);
  }

  @Test
  void aTokenManagesKeysOnlyWhenThatWasAskedFor() {
    AccessToken usual = auth.token(auth.devKey(), new IssueToken(null, 60));
    assertRefused(
        () -> auth.create(usual.accessToken(), new CreateKey("x", null, null)),
        "mesh:scope.denied");
    CreatedKey onlyManager = auth.create(auth.devKey(), "m", Scopes.KEYS_MANAGE);
    assertRefused(
        () -> auth.token(onlyManager.key(), new IssueToken(null, null)), "auth:token.invalid");

    AccessToken asked = auth.token(auth.devKey(), new IssueToken(List.of(Scopes.KEYS_MANAGE), 60));
    CreatedKey made =
        auth.create(asked.accessToken(), new CreateKey("made", List.of(Scopes.KEYS_MANAGE), 3_650));

    assertThat(auth.list(asked.accessToken()).data()).isNotEmpty();
    assertThat(Instant.parse(made.info().expiresAt()))
        .as("a key made with a token ends when the token does")
        .isBefore(Instant.now().plusSeconds(61));
  }

  @Test
  void aTokenCanHoldLessButNotMore() {
    CreatedKey key = auth.manager();

    AccessToken token = auth.token(key.key(), new IssueToken(List.of(Scopes.RAG_READ), 60));

    assertThat(token.expiresIn()).isEqualTo(60);
    assertThat(auth.check(token.accessToken()).identity().scopes())
        .containsExactly(Scopes.RAG_READ);
    assertRefused(() -> auth.list(token.accessToken()), "mesh:scope.denied");
    assertRefused(
        () -> auth.token(key.key(), new IssueToken(List.of(Scopes.RAG_WRITE), null)),
        "auth:token.denied");
    assertRefused(
        () -> auth.token(key.key(), new IssueToken(List.of(), null)), "auth:token.invalid");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 601})
  void aTokenLivesTenMinutesAtMost(int seconds) {
    assertRefused(
        () -> auth.token(auth.devKey(), new IssueToken(null, seconds)), "auth:token.invalid");
  }

  @Test
  void anIdentityNeverOutlivesItsToken() {
    AccessToken token = auth.token(auth.devKey(), new IssueToken(null, 20));

    assertThat(auth.check(token.accessToken()).expiresAtMillis() - System.currentTimeMillis())
        .isBetween(1L, 20_000L);
  }

  @Test
  void aTokenNeverOutlivesItsKey() {
    CreatedKey key = auth.manager();
    execute("expires_at = now() + interval '30 seconds'", key);

    assertThat(auth.token(key.key(), new IssueToken(null, null)).expiresIn()).isBetween(1, 30);
  }

  @Test
  void aTokenBegetsNoTokens() {
    AccessToken token = auth.token(auth.devKey(), new IssueToken(null, null));

    assertRefused(
        () -> auth.token(token.accessToken(), new IssueToken(null, null)), "auth:token.denied");
  }

  @Test
  void revokingTheKeyEndsItsTokens() {
    CreatedKey key = auth.manager();
    AccessToken token = auth.token(key.key(), new IssueToken(null, null));
    auth.check(token.accessToken());

    auth.revoke(auth.devKey(), key.info().id());

    assertRefused(() -> auth.check(token.accessToken()), "auth:token.unauthenticated");
  }

  @Test
  void aTokenOfAKeyThatMovedToAnotherTenantIsRefused() {
    CreatedKey key = auth.manager();
    AccessToken token = auth.token(key.key(), new IssueToken(null, null));
    execute("tenant = 'other'", key);

    assertRefused(() -> auth.check(token.accessToken()), "auth:token.unauthenticated");
  }

  @Test
  void anyoneCanVerifyATokenWithThePublishedKeys() throws Exception {
    AccessToken token = auth.token(auth.devKey(), new IssueToken(null, null));
    JwkSet set = auth.call(AuthApi.KEY_SET, Empty.INSTANCE, node.anonymous());

    Jws jws = Jws.parse(token.accessToken(), "at+jwt");

    assertThat(set.keys()).hasSize(1);
    assertThat(jws.keyId()).isEqualTo(set.keys().getFirst().kid());
    assertThat(jws.verify(Ed25519.publicKey(set.keys().getFirst()))).isTrue();
  }

  @Test
  void anIdentityIsNoCredential() {
    String identity = auth.check(auth.devKey()).token();

    assertRefused(() -> auth.check(identity), "auth:token.unauthenticated");
  }

  private static void execute(String change, CreatedKey key) {
    TestDatabases.execute(
        node.database(),
        "update auth.api_key set " + change + " where id = '" + key.info().id() + "'");
  }

  private static void assertRefused(ThrowingCallable call, String code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WeftException.class, e -> assertThat(e.error().code()).isEqualTo(code));
  }
}
