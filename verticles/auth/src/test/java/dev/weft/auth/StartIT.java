package dev.weft.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.auth.keys.ApiKeys;
import dev.weft.auth.keys.DevKey;
import dev.weft.auth.keys.KeyDigest;
import dev.weft.auth.store.KeyStore;
import dev.weft.contracts.Empty;
import dev.weft.contracts.Identity;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.WeftException;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.auth.CreateKey;
import dev.weft.contracts.auth.CreatedKey;
import dev.weft.contracts.auth.IssueToken;
import dev.weft.contracts.auth.Jwk;
import dev.weft.node.ExitCode;
import dev.weft.node.Profile;
import dev.weft.node.StartFailure;
import dev.weft.node.config.NodeKeys;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What auth finds, makes and refuses when it starts. */
class StartIT {
  private static final String MASTER_KEY = "bWFzdGVyIGtleSBvZiB0aGUgdGVzdHMsIDMyIGJ5dGU=";
  private static final String OTHER_MASTER_KEY = "b3RoZXIga2V5IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXM=";

  private Path data;
  private DatabaseUrl database;

  @BeforeEach
  void createDatabase(@TempDir Path directory) {
    data = directory;
    database = TestDatabases.create();
  }

  @AfterEach
  void dropDatabase() {
    TestDatabases.drop(database);
  }

  @Test
  void theDevKeyOpensEverythingAndSurvivesARestart() throws Exception {
    String key;
    try (TestNode node = start()) {
      key = new AuthCalls(node).devKey();
      assertThat(new AuthCalls(node).check(key).identity().scopes())
          .containsExactlyInAnyOrderElementsOf(Scopes.ALL);
    }
    assertThat(key).startsWith("weft_dev_");
    assertThat(Files.getPosixFilePermissions(data.resolve("dev.key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (TestNode node = start()) {
      assertThat(new AuthCalls(node).devKey()).isEqualTo(key);
      assertThat(new AuthCalls(node).check(key).identity().tenant()).isEqualTo("default");
    }
  }

  @Test
  void aDevKeyOfAnotherDatabaseIsTakenOver() {
    String key;
    try (TestNode node = start()) {
      key = new AuthCalls(node).devKey();
    }
    TestDatabases.drop(database);
    database = TestDatabases.create();
    try (TestNode node = start()) {
      assertThat(new AuthCalls(node).devKey()).isEqualTo(key);
      assertThat(new AuthCalls(node).check(key).identity().subject()).isEqualTo("dev");
    }
  }

  @Test
  void aDevKeyWhoseFileIsLostOrSpoiltOrRevokedIsMadeAnew() throws Exception {
    Set<String> keys = new HashSet<>();
    try (TestNode node = start()) {
      keys.add(new AuthCalls(node).devKey());
    }
    Files.delete(data.resolve("dev.key"));
    try (TestNode node = start()) {
      keys.add(new AuthCalls(node).devKey());
    }
    Files.writeString(data.resolve("dev.key"), "weft_dev_half");
    assertThat(DevKey.read(data)).isEmpty();
    try (TestNode node = start()) {
      AuthCalls auth = new AuthCalls(node);
      keys.add(auth.devKey());
      auth.revoke(auth.devKey(), auth.check(auth.devKey()).identity().keyId());
    }
    try (TestNode node = start()) {
      AuthCalls auth = new AuthCalls(node);
      keys.add(auth.devKey());
      assertThat(auth.check(auth.devKey()).identity().subject()).isEqualTo("dev");
    }
    assertThat(keys).hasSize(4);
  }

  @Test
  void theProdProfileRefusesTheDevKeyAndItsTokens() {
    String key;
    String token;
    CreatedKey own;
    try (TestNode node = start()) {
      AuthCalls auth = new AuthCalls(node);
      key = auth.devKey();
      token = auth.token(key, new IssueToken(null, null)).accessToken();
      own = auth.create(key, "own", Scopes.RAG_READ);
    }
    try (TestNode node = start(Profile.PROD, MASTER_KEY)) {
      AuthCalls auth = new AuthCalls(node);
      assertThatThrownBy(() -> auth.check(key))
          .isInstanceOf(WeftException.class)
          .hasMessageContaining("prod profile");
      assertThatThrownBy(() -> auth.check(token)).isInstanceOf(WeftException.class);
      assertThat(auth.check(own.key()).identity().keyId()).isEqualTo(own.info().id());
    }
  }

  @Test
  void theProdProfileMakesNoDevKeyAndGetsItsFirstKeyOffline() {
    try (TestNode node = start(Profile.PROD, MASTER_KEY)) {
      assertThat(data.resolve("dev.key")).doesNotExist();
      // What the command line does: the database and the master key are enough.
      ApiKeys offline =
          new ApiKeys(
              new KeyStore(node.context().database()),
              new KeyDigest(node.context().masterKey()),
              Profile.PROD,
              node.context().time());
      Identity operator = new Identity("acme", "admin", Set.of(Identity.ALL_SCOPES), "");
      CreatedKey first =
          offline.create(operator, null, new CreateKey("first", List.of(Scopes.KEYS_MANAGE), null));
      AuthCalls auth = new AuthCalls(node);

      assertThat(first.key()).startsWith("weft_live_");
      assertThat(auth.check(first.key()).identity().tenant()).isEqualTo("acme");
      assertThat(auth.list(first.key()).data()).hasSize(1).isEqualTo(offline.list("acme").data());
      offline.revoke(operator, first.info().id());
      assertThatThrownBy(() -> auth.check(first.key())).hasMessageContaining("revoked");
    }
  }

  @Test
  void anotherMasterKeyIsSaidToBeTheWrongOne() {
    start(Profile.PROD, MASTER_KEY).close();

    assertThatThrownBy(() -> start(Profile.PROD, OTHER_MASTER_KEY))
        .isInstanceOfSatisfying(
            StartFailure.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIG_INVALID);
              assertThat(e.getMessage()).contains("WEFT_MASTER_KEY", "the one used before");
            });
  }

  @Test
  void nodesThatStartAtOnceAgreeOnOneSigningKeyAndOneDevKey() throws Exception {
    List<TestNode> nodes = startAtOnce(4);
    try {
      Set<String> signingKeys = new HashSet<>();
      for (TestNode node : nodes) {
        AuthCalls auth = new AuthCalls(node);
        for (Jwk jwk : auth.call(AuthApi.KEY_SET, Empty.INSTANCE, node.anonymous()).keys()) {
          signingKeys.add(jwk.kid());
        }
        assertThat(auth.check(auth.devKey()).identity().subject()).isEqualTo("dev");
        assertThat(auth.list(auth.devKey()).data()).hasSize(1);
      }
      assertThat(signingKeys).hasSize(1);
    } finally {
      nodes.forEach(TestNode::close);
    }
  }

  private List<TestNode> startAtOnce(int count) throws Exception {
    List<TestNode> nodes = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
      List<Callable<TestNode>> starts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        starts.add(this::start);
      }
      for (Future<TestNode> started : threads.invokeAll(starts)) {
        nodes.add(started.get());
      }
    }
    return nodes;
  }

  private TestNode start() {
    return start(Profile.DEV, MASTER_KEY);
  }

  private TestNode start(Profile profile, String masterKey) {
    return TestNode.builder()
        .database(database)
        .dataDirectory(data)
        .set(NodeKeys.PROFILE, profile)
        .set(NodeKeys.MASTER_KEY, masterKey)
        .signedIdentities()
        .start(new AuthService());
  }
}
