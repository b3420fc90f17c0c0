package dev.weft.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** The test's own migrations lie beside this class. */
  private static final Map<String, Class<?>> SCHEMAS =
      Map.of("notes", DatabaseIT.class, "letters", DatabaseIT.class, "bare", DatabaseIT.class);

  private final Vertx vertx;
  private final EmbeddedPostgres server;

  DatabaseIT(Vertx vertx, @TempDir Path data) {
    this.vertx = vertx;
    server = EmbeddedPostgres.start(data, "");
  }

  @BeforeAll
  void noDatabaseYet() {
    assertThat(count("SELECT count(*) FROM pg_namespace WHERE nspname IN ('notes', 'letters')"))
        .isZero();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void aSchemaOfANewerProgramIsRefusedWithBothVersions() {
    String name = "newer";
    execute("CREATE DATABASE newer");
    DatabaseUrl url = server.url().withDatabase(name);
    open(url).close().await();
    execute(
        url,
        "INSERT INTO notes.schema_history SELECT 99, '99', 'future', 'SQL', 'V99__x.sql', 1, 'x',"
            + " now(), 1, true");

    // The comment still says that all is as this program knows it; then it does not.
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> open(url))
          .isInstanceOfSatisfying(
              DatabaseFailure.class,
              failure -> assertThat(failure.kind()).isEqualTo(DatabaseFailure.Kind.NEWER))
          .hasMessageContaining("'notes'")
          .hasMessageContaining("version 99")
          .hasMessageContaining("version 2");
      execute(url, "COMMENT ON SCHEMA notes IS 'weft migrations of another'");
    }
  }

  @Test
  void aSchemaOfOthersIsLeftAloneAndAnEmptyOneIsTaken() {
    execute("CREATE DATABASE shared");
    DatabaseUrl url = server.url().withDatabase("shared");
    execute(url, "CREATE SCHEMA letters");
    execute(url, "CREATE SCHEMA notes");
    execute(url, "CREATE TABLE notes.users (id int)");

    assertThatThrownBy(() -> open(url))
        .isInstanceOf(DatabaseFailure.class)
        .hasMessageContaining("'notes'")
        .hasMessageContaining("not Weft's");
    execute(url, "DROP TABLE notes.users");
    open(url).close().await();
  }

  private Database open(DatabaseUrl url) {
    return Database.open(vertx, url, 2, SCHEMAS, PATIENCE);
  }

  private void execute(DatabaseUrl url, String sql) {
    PgConnection connection = PgConnection.connect(vertx, url.connectOptions(null)).await();
    connection.query(sql).execute().await();
    connection.close().await();
  }

  @Test
  void manyNodesMigrateAtOnceAndEachMigrationRunsOnce() throws Exception {
    int nodes = 8;
    List<CompletableFuture<Database>> opening = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(nodes)) {
      for (int i = 0; i < nodes; i++) {
        opening.add(CompletableFuture.supplyAsync(this::open, threads));
      }
      for (CompletableFuture<Database> one : opening) {
        Database database = one.get();
        assertThat(rows(database, "notes", "SELECT count(*) FROM note")).isEqualTo(1);
        assertThat(rows(database, "letters", "SELECT count(*) FROM letter")).isZero();
        database.close().await();
      }
    }
    assertThat(count("SELECT count(*) FROM notes.schema_history WHERE version IS NOT NULL"))
        .isEqualTo(2);
  }

  @Test
  void aStartWithNothingToDoLeavesFlywayAlone() {
    open().close().await();
    // Flyway would fail on this; a start that only compares fingerprints does not look.
    execute("ALTER TABLE letters.schema_history RENAME TO hidden");
    try {
      open().close().await();
    } finally {
      execute("ALTER TABLE letters.hidden RENAME TO schema_history");
    }
  }

  @Test
  void aChangedMigrationIsNoticed() {
    open().close().await();
    execute("COMMENT ON SCHEMA letters IS 'weft migrations of another build'");
    execute("UPDATE letters.schema_history SET checksum = 1 WHERE version = '1'");
    try {
      assertThatThrownBy(this::open)
          .isInstanceOf(DatabaseFailure.class)
          .hasMessageContaining("letters")
          .hasMessageContaining("checksum");
    } finally {
      execute("DROP SCHEMA letters CASCADE");
    }
  }

  @Test
  void aWrongPasswordIsToldAtOnce() {
    DatabaseUrl url = server.url();
    DatabaseUrl wrong =
        new DatabaseUrl(
            url.host(), url.port(), url.database(), url.user(), "hunter2", url.options());
    refused(wrong, "Check user and password");
    refused(url.withDatabase("nowhere"), "Create it");
  }

  @Test
  void aServerThatStartsLaterIsWaitedForWithinBounds() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    DatabaseUrl nobody = DatabaseUrl.of("127.0.0.1", port, "d", "u", "p");
    long start = System.nanoTime();
    assertThatThrownBy(() -> Database.open(vertx, nobody, 1, SCHEMAS, Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            DatabaseFailure.class,
            e -> assertThat(e.kind()).isEqualTo(DatabaseFailure.Kind.UNREACHABLE))
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("nothing answers");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
  }

  private void refused(DatabaseUrl url, String advice) {
    assertThatThrownBy(() -> Database.open(vertx, url, 1, SCHEMAS, PATIENCE))
        .isInstanceOfSatisfying(
            DatabaseFailure.class,
            e -> assertThat(e.kind()).isEqualTo(DatabaseFailure.Kind.UNREACHABLE))
        .hasMessageContaining(advice)
        .hasMessageNotContaining("hunter2");
  }

  private Database open() {
    return Database.open(vertx, server.url(), 2, SCHEMAS, PATIENCE);
  }

  private static long rows(Database database, String schema, String sql) {
    return database.poolOf(schema).query(sql).execute().await().iterator().next().getLong(0);
  }

  private long count(String sql) {
    Database database =
        Database.open(vertx, server.url(), 1, Map.of("bare", DatabaseIT.class), PATIENCE);
    try {
      return rows(database, "bare", sql);
    } finally {
      database.close().await();
    }
  }

  private void execute(String sql) {
    Database database =
        Database.open(vertx, server.url(), 1, Map.of("bare", DatabaseIT.class), PATIENCE);
    try {
      database.poolOf("bare").query(sql).execute().await();
    } finally {
      database.close().await();
    }
  }
}
