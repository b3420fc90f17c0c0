package dev.weft.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weft.auth.keys.ApiKey;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.CreateKey;
import dev.weft.contracts.auth.CreatedKey;
import dev.weft.contracts.auth.KeyInfo;
import dev.weft.contracts.auth.SignedIdentity;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestNode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysIT {
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
  void aKeyOpensWhatItWasMadeFor() {
    CreatedKey created = auth.create(auth.devKey(), "reader", Scopes.RAG_READ);

    SignedIdentity signed = auth.check(created.key());

    assertThat(signed.identity())
        .isEqualTo(new Identity("default", "dev", Set.of(Scopes.RAG_READ), created.info().id()));
    assertThat(signed.expiresAtMillis() - System.currentTimeMillis()).isBetween(50_000L, 60_000L);
    assertThat(ApiKey.parse(created.key()).type()).isEqualTo(ApiKey.Type.TEST);
    assertThat(created.info().status()).isEqualTo("active");
    assertThat(Duration.between(Instant.now(), Instant.parse(created.info().expiresAt())).toHours())
        .isBetween(90 * 24 - 1L, 90 * 24L);
  }

  @Test
  void withoutScopesNamedAKeyGetsAllButThoseOfManagement() {
    CreatedKey created = auth.create(auth.devKey(), new CreateKey("all", null, 1));

    assertThat(created.info().scopes())
        .hasSize(Scopes.ALL.size() - 2)
        .doesNotContain(Scopes.KEYS_MANAGE, Scopes.OBJECTS_INSPECT);
    CreatedKey manager = auth.manager();
    assertThat(auth.create(manager.key(), new CreateKey("fewer", null, 1)).info().scopes())
        .containsExactly(Scopes.CHAT_INVOKE, Scopes.RAG_READ);
  }

  @Test
  void aKeyEndsWithTheOneThatMadeItAtTheLatest() {
    CreatedKey parent =
        auth.create(
            auth.devKey(),
            new CreateKey("parent", List.of(Scopes.KEYS_MANAGE, Scopes.RAG_READ), 1));

    CreatedKey child = auth.create(parent.key(), new CreateKey("child", null, 3_650));
    CreatedKey shorter =
        auth.create(auth.devKey(), new CreateKey("short", List.of(Scopes.RAG_READ), 2));

    assertThat(Instant.parse(child.info().expiresAt()))
        .isCloseTo(Instant.parse(parent.info().expiresAt()), within(1, ChronoUnit.SECONDS))
        .isBeforeOrEqualTo(Instant.parse(parent.info().expiresAt()));
    assertThat(child.info().madeWith()).isEqualTo(parent.info().id());
    assertThat(Instant.parse(shorter.info().expiresAt()))
        .isBefore(Instant.now().plus(Duration.ofDays(2)));
  }

  @Test
  void revokingAKeyRevokesAllThatWereMadeWithIt() {
    CreatedKey other = auth.manager();
    CreatedKey root = auth.manager();
    List<CreatedKey> family = new ArrayList<>(List.of(root));
    CreatedKey parent = root;
    for (int depth = 0; depth < 5; depth++) {
      family.add(auth.create(parent.key(), "leaf", Scopes.CHAT_INVOKE));
      parent = auth.create(parent.key(), "branch", Scopes.KEYS_MANAGE, Scopes.CHAT_INVOKE);
      family.add(parent);
    }

    auth.revoke(auth.devKey(), root.info().id());

    for (CreatedKey key : family) {
      assertRefused(() -> auth.check(key.key()), "auth:key.unauthenticated", "revoked");
    }
    assertThat(auth.check(other.key())).isNotNull();
  }

  /** Keys that make keys for as long as they can, while the first of them is revoked. */
  @Test
  @Timeout(120) // a key that lives on makes keys without end
  void noKeyMadeWhileItsForebearIsRevokedLivesOn() throws Exception {
    for (int round = 0; round < 5; round++) {
      CreatedKey root = auth.manager();
      Queue<CreatedKey> made = new ConcurrentLinkedQueue<>();
      CountDownLatch busy = new CountDownLatch(40);
      try (ExecutorService makers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 4; i++) {
          makers.submit(
              () -> {
                CreatedKey parent = root;
                while (true) {
                  // Fails when the parent is revoked, and so ends.
                  parent = auth.create(parent.key(), "next", Scopes.KEYS_MANAGE);
                  made.add(parent);
                  busy.countDown();
                }
              });
        }
        assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
        auth.revoke(auth.devKey(), root.info().id());
      }
      assertThat(made).hasSizeGreaterThanOrEqualTo(40);
      for (CreatedKey key : made) {
        assertRefused(() -> auth.check(key.key()), "auth:key.unauthenticated", "revoked");
      }
    }
  }

  @Test
  void aKeyCannotRevokeOneThatMayDoMore() {
    CreatedKey low = auth.create(auth.devKey(), "low", Scopes.KEYS_MANAGE);
    CreatedKey victim = auth.create(auth.devKey(), "victim", Scopes.CHAT_INVOKE);

    assertRefused(
        () -> auth.revoke(low.key(), victim.info().id()), "auth:key.denied", Scopes.CHAT_INVOKE);

    assertThat(auth.check(victim.key())).isNotNull();
    assertThat(auth.revoke(low.key(), low.info().id()).status()).isEqualTo("revoked");
  }

  @Test
  void theListShowsTheNewestFirstAndNoSecret() {
    CreatedKey first = auth.create(auth.devKey(), "first", Scopes.RAG_READ);
    CreatedKey second = auth.create(auth.devKey(), "second", Scopes.RAG_READ);

    List<KeyInfo> keys = auth.list(auth.devKey()).data();

    List<String> ids = keys.stream().map(KeyInfo::id).toList();
    assertThat(ids.indexOf(second.info().id())).isLessThan(ids.indexOf(first.info().id()));
    assertThat(keys.toString()).doesNotContain(first.key()).doesNotContain(second.key());
    assertThat(keys.get(ids.indexOf(first.info().id())).hint())
        .startsWith(first.key().substring(0, 18))
        .endsWith(first.key().substring(first.key().length() - 4));
  }

  @Test
  void aRevokedKeyIsRefusedAndRevokingItAgainChangesNothing() {
    CreatedKey created = auth.create(auth.devKey(), "doomed", Scopes.RAG_READ);
    auth.check(created.key());

    KeyInfo revoked = auth.revoke(auth.devKey(), created.info().id());

    assertThat(revoked.status()).isEqualTo("revoked");
    assertRefused(
        () -> auth.check(created.key()), "auth:key.unauthenticated", "'doomed'", "revoked at");
    assertThat(auth.revoke(auth.devKey(), created.info().id()).revokedAt())
        .isEqualTo(revoked.revokedAt());
  }

  @Test
  void anExpiredKeyIsRefused() {
    CreatedKey created = auth.create(auth.devKey(), "old", Scopes.RAG_READ);
    execute("update auth.api_key set expires_at = now() where id = '" + created.info().id() + "'");

    assertRefused(
        () -> auth.check(created.key()), "auth:key.unauthenticated", "'old'", "expired at");
    assertThat(
            auth.list(auth.devKey()).data().stream()
                .filter(key -> key.id().equals(created.info().id())))
        .extracting(KeyInfo::status)
        .containsExactly("expired");
  }

  @Test
  void anIdentityNeverOutlivesItsKey() {
    CreatedKey created = auth.create(auth.devKey(), "short", Scopes.RAG_READ);
    execute(
        "update auth.api_key set expires_at = now() + interval '20 seconds' where id = '"
            + created.info().id()
            + "'");

    assertThat(auth.check(created.key()).expiresAtMillis() - System.currentTimeMillis())
        .isBetween(1L, 20_000L);
  }

  @Test
  void anUnknownIdAndAWrongSecretGetTheSameAnswer() {
    CreatedKey created = auth.create(auth.devKey(), "known", Scopes.RAG_READ);
    String wrongSecret = forgery(created.info().id());
    String unknownId = forgery("zzzzzzzz");

    assertThatThrownBy(() -> auth.check(wrongSecret))
        .isInstanceOf(WeftException.class)
        .message()
        .isEqualTo(messageOf(() -> auth.check(unknownId)))
        .doesNotContain("known");
  }

  @Test
  void nobodyGrantsAScopeTheyLack() {
    CreatedKey manager = auth.manager();

    assertRefused(
        () -> auth.create(manager.key(), "more", Scopes.RAG_WRITE), "auth:key.denied", "rag:write");
    assertThat(auth.create(manager.key(), "less", Scopes.RAG_READ).info().scopes())
        .containsExactly(Scopes.RAG_READ);
  }

  @Test
  void aKeyWithoutTheScopeManagesNothing() {
    CreatedKey plain = auth.create(auth.devKey(), "plain", Scopes.CHAT_INVOKE);

    assertRefused(() -> auth.list(plain.key()), "mesh:scope.denied");
    assertRefused(() -> auth.create(plain.key(), "x", Scopes.CHAT_INVOKE), "mesh:scope.denied");
    assertRefused(() -> auth.revoke(plain.key(), plain.info().id()), "mesh:scope.denied");
  }

  @Test
  void keysOfAnotherTenantDoNotExist() {
    CreatedKey foreign = auth.create(auth.devKey(), "foreign", Scopes.RAG_READ);
    execute("update auth.api_key set tenant = 'other' where id = '" + foreign.info().id() + "'");

    assertRefused(() -> auth.revoke(auth.devKey(), foreign.info().id()), "auth:key.not_found");
    assertThat(auth.list(auth.devKey()).data())
        .extracting(KeyInfo::id)
        .doesNotContain(foreign.info().id());
    assertThat(auth.check(foreign.key()).identity().tenant()).isEqualTo("other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|rag:read|1",
        "'  '|rag:read|1",
        "'a\nb'|rag:read|1",
        "good|nonsense|1",
        "good|*|1",
        "good|rag:read|0",
        "good|rag:read|-1",
        "good|rag:read|3651"
      })
  void aKeyThatCannotBeIsNotMade(String name, String scope, int days) {
    assertRefused(
        () -> auth.create(auth.devKey(), new CreateKey(name, List.of(scope), days)),
        "auth:key.invalid");
  }

  @Test
  void aNameThatIsTooLongOrNoScopeAtAllIsRefused() {
    assertRefused(
        () -> auth.create(auth.devKey(), "x".repeat(101), Scopes.RAG_READ), "auth:key.invalid");
    assertRefused(() -> auth.create(auth.devKey(), "none"), "auth:key.invalid");
    assertThat(auth.create(auth.devKey(), "x".repeat(100), Scopes.RAG_READ).info().name())
        .hasSize(100);
  }

  @Test
  void theLastUseIsNoted() {
    CreatedKey created = auth.create(auth.devKey(), "used", Scopes.RAG_READ);
    assertThat(info(created).lastUsedAt()).isNull();

    auth.check(created.key());

    Eventually.holds(() -> info(created).lastUsedAt() != null);
    assertThat(Instant.parse(String.valueOf(info(created).lastUsedAt())))
        .isCloseTo(Instant.now(), within(Duration.ofSeconds(10)));
  }

  @Test
  void theDatabaseHoldsNothingThatOpensAnything() throws Exception {
    List<String> keys = new ArrayList<>(List.of(auth.devKey(), auth.manager().key()));
    String dump = dump();

    for (String key : keys) {
      assertThat(dump).contains(ApiKey.parse(key).id());
      for (int i = 18; i + 12 <= key.length(); i++) {
        assertThat(dump).doesNotContain(key.substring(i, i + 12));
      }
    }
    // The first bytes of every PKCS#8 Ed25519 key, in hex as PostgreSQL writes bytea.
    assertThat(dump).contains("sealed_private").doesNotContain("302e020100300506032b6570");
  }

  private static KeyInfo info(CreatedKey created) {
    return auth.list(auth.devKey()).data().stream()
        .filter(key -> key.id().equals(created.info().id()))
        .findFirst()
        .orElseThrow();
  }

  /** A well-formed key of the id with a secret of its own. */
  private static String forgery(String id) {
    String body = "weft_test_" + id + ApiKey.generate(ApiKey.Type.TEST).text().substring(18, 50);
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    StringBuilder sum = new StringBuilder();
    for (long rest = crc.getValue(); sum.length() < 6; rest /= 62) {
      sum.insert(0, digits.charAt((int) (rest % 62)));
    }
    return body + sum;
  }

  private static String messageOf(ThrowingCallable call) {
    try {
      call.call();
      throw new AssertionError("not refused");
    } catch (Throwable e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void assertRefused(ThrowingCallable call, String code, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WeftException.class,
            e -> {
              assertThat(e.error().code()).isEqualTo(code);
              assertThat(words).allMatch(e.error().message()::contains, e.error().message());
            });
  }

  private static void execute(String sql) {
    TestDatabases.execute(node.database(), sql);
  }

  private static String dump() throws Exception {
    StringBuilder dump = new StringBuilder();
    try (Connection connection =
            DriverManager.getConnection(
                node.database().jdbcUrl(), node.database().jdbcProperties());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select row_to_json(k)::text from auth.api_key k union all"
                    + " select row_to_json(s)::text from auth.signing_key s")) {
      while (rows.next()) {
        dump.append(rows.getString(1)).append('\n');
      }
    }
    return dump.toString();
  }
}
