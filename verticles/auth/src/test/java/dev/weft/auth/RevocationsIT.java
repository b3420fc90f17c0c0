package dev.weft.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Empty;
import dev.weft.contracts.Scopes;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.contracts.auth.CreatedKey;
import dev.weft.contracts.auth.Revocation;
import dev.weft.contracts.health.HealthApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.mesh.CallContext;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.testkit.node.Eventually;
import dev.weft.testkit.node.TestDatabases;
import dev.weft.testkit.node.TestNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two auth nodes on one database. */
class RevocationsIT {
  private Path data;
  private DatabaseUrl database;
  private TestNode one;
  private TestNode two;

  @BeforeEach
  void start(@TempDir Path directory) {
    data = directory;
    database = TestDatabases.create();
    one = node();
    two = node();
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    TestDatabases.drop(database);
  }

  private TestNode node() {
    TestNode node =
        TestNode.builder()
            .database(database)
            .dataDirectory(data)
            .signedIdentities()
            .start(new AuthService());
    Eventually.holds(() -> isListening(node));
    return node;
  }

  @Test
  void aRevocationIsHeardOnAllNodesWithinASecond() {
    Watcher onOne = new Watcher(one);
    Watcher onTwo = new Watcher(two);
    Eventually.holds(() -> onOne.connections() == 1 && onTwo.connections() == 1);
    AuthCalls auth = new AuthCalls(one);
    CreatedKey key = auth.create(auth.devKey(), "doomed", Scopes.RAG_READ);

    auth.revoke(auth.devKey(), key.info().id());

    Revocation expected = new Revocation(key.info().id());
    Eventually.holds(
        Duration.ofSeconds(1),
        () -> onOne.heard.contains(expected) && onTwo.heard.contains(expected));
    assertThat(onTwo.heard).startsWith(Revocation.CONNECTED);
  }

  @Test
  void whenAnnouncementsMayHaveBeenMissedWatchersAreToldToCheckAnew() {
    Watcher watcher = new Watcher(two);
    Eventually.holds(() -> watcher.connections() == 1);

    TestDatabases.execute(
        database,
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where datname = current_database() and pid <> pg_backend_pid()");

    Eventually.holds(() -> watcher.connections() == 2);
    AuthCalls auth = new AuthCalls(one);
    CreatedKey key = auth.create(auth.devKey(), "doomed", Scopes.RAG_READ);
    auth.revoke(auth.devKey(), key.info().id());
    Eventually.holds(() -> watcher.heard.contains(new Revocation(key.info().id())));
  }

  @Test
  void aStopDoesNotWaitForWatchers() {
    Watcher watcher = new Watcher(two);
    Eventually.holds(() -> watcher.connections() == 1);

    long begun = System.nanoTime();
    two.node().stop();

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
  }

  private static boolean isListening(TestNode node) {
    return new AuthCalls(node)
        .call(HealthApi.of("auth"), Empty.INSTANCE, node.anonymous()).checks().stream()
            .anyMatch(
                check ->
                    check.name().equals("revocations") && check.status().equals(HealthReport.UP));
  }

  /** What a gateway does: keeps a stream open, and opens another when it ends. */
  private static final class Watcher {
    final List<Revocation> heard = new CopyOnWriteArrayList<>();
    private final TestNode node;

    Watcher(TestNode node) {
      this.node = node;
      node.vertx().runOnContext(v -> open());
    }

    private void open() {
      node.mesh()
          .call(AuthApi.REVOCATIONS, Empty.INSTANCE, CallContext.background(Duration.ofSeconds(5)))
          .exceptionHandler(failure -> node.vertx().setTimer(50, timer -> open()))
          .handler(heard::add);
    }

    long connections() {
      return heard.stream().filter(Revocation.CONNECTED::equals).count();
    }
  }
}
