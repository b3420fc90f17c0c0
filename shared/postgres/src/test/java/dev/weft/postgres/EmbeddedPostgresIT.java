package dev.weft.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path data;
  private @Nullable EmbeddedPostgres server;
  private @Nullable Process child;

  EmbeddedPostgresIT(@TempDir Path data) {
    this.data = data;
  }

  @AfterEach
  void leaveNothingBehind() {
    if (server != null) {
      server.close();
    }
    if (child != null) {
      // Its server outlives it; the next start is what stops that.
      killChild();
      start().close();
    }
    Postmaster left = Postmaster.of(database());
    assertThat(left == null || !left.serves(database())).as("server stopped").isTrue();
  }

  @Test
  void whatIsCommittedSurvivesARestartOnTheSamePort() throws SQLException {
    server = start();
    DatabaseUrl first = server.url();
    execute(first, "CREATE TABLE note (content text)");
    execute(first, "INSERT INTO note VALUES ('kept')");
    server.close();
    assertThat(Postmaster.of(database())).isNull();
    server = start();
    assertThat(server.url()).isEqualTo(first);
    assertThat(query(first, "SELECT content FROM note")).isEqualTo("kept");
  }

  @Test
  void itIsDurableOnLoopbackAndWantsItsPassword() throws SQLException, IOException {
    server = start();
    DatabaseUrl url = server.url();
    for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
      assertThat(query(url, "SHOW " + setting)).as(setting).isEqualTo("on");
    }
    assertThat(query(url, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(query(url, "SHOW unix_socket_directories")).isEmpty();
    assertThat(
            query(
                url,
                "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
                    + " WHERE error IS NULL"))
        .isEqualTo("scram-sha-256");
    Properties wrong = url.jdbcProperties();
    wrong.setProperty("password", "guess");
    assertThatThrownBy(() -> DriverManager.getConnection(url.jdbcUrl(), wrong))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    Path password = data.resolve("postgres/password");
    assertThat(Files.readString(password)).isEqualTo(url.password()).hasSizeGreaterThan(40);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
        .isEqualTo("rw-------");
  }

  @Test
  void theServerOfAKilledProcessIsStoppedAndItsDataKept() throws Exception {
    DatabaseUrl url = startChild();
    execute(url, "CREATE TABLE note (content text)");
    execute(url, "INSERT INTO note VALUES ('kept')");
    Postmaster orphan = running();
    killChild();
    assertThat(orphan.serves(database())).as("the server outlives its process").isTrue();
    server = start();
    assertThat(Postmaster.of(database())).isNotEqualTo(orphan);
    assertThat(query(server.url(), "SELECT content FROM note")).isEqualTo("kept");
  }

  @Test
  void aServerThatWasKilledItselfRecovers() throws SQLException {
    server = start();
    DatabaseUrl url = server.url();
    execute(url, "CREATE TABLE note (content text)");
    execute(url, "INSERT INTO note VALUES ('kept')");
    Postmaster running = running();
    ProcessHandle.of(running.pid()).ifPresent(ProcessHandle::destroyForcibly);
    assertThat(Waiting.until(PATIENCE, () -> !running.alive())).isTrue();
    server.close();
    server = start();
    assertThat(query(server.url(), "SELECT content FROM note")).isEqualTo("kept");
  }

  @Test
  void aFileThatNamesAnotherProgramDoesNotStopTheStart() throws IOException {
    server = start();
    server.close();
    // After a restart of the machine the number may belong to anyone, here to this very JVM.
    String stale =
        ProcessHandle.current().pid() + "\n" + database() + "\n1\n5432\n\n127.0.0.1\n0 0\n";
    Files.writeString(Postmaster.file(database()), stale);
    server = start();
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void aSecondStartNamesTheFirst() throws Exception {
    startChild();
    long pid = child == null ? 0 : child.pid();
    assertThatThrownBy(this::start)
        .isInstanceOfSatisfying(
            DatabaseFailure.class, e -> assertThat(e.kind()).isEqualTo(DatabaseFailure.Kind.IN_USE))
        .hasMessageContaining("pid " + pid)
        .hasMessageContaining("http://127.0.0.1:8000")
        .hasMessageContaining("--data");
  }

  @Test
  void aSecondStartInTheSameProcessIsRefusedAndHarmsNothing() throws SQLException {
    EmbeddedPostgres first = start();
    server = first;
    assertThatThrownBy(this::start).isInstanceOf(DatabaseFailure.class);
    assertThatThrownBy(this::start).isInstanceOf(DatabaseFailure.class);
    assertThat(query(first.url(), "SELECT 1")).isEqualTo("1");
  }

  @Test
  void aSecondStartWaitsForOneThatStops() throws Exception {
    EmbeddedPostgres first = start();
    CompletableFuture<EmbeddedPostgres> second = CompletableFuture.supplyAsync(this::start);
    first.close();
    server = second.get();
    assertThat(query(server.url(), "SELECT 1")).isEqualTo("1");
  }

  @Test
  void aHalfMadeDatabaseIsMadeAgain() throws IOException {
    Path unfinished = Files.createDirectories(data.resolve("postgres/db.unfinished/base"));
    Files.writeString(unfinished.resolve("1"), "half");
    server = start();
    assertThat(database().resolve("base")).isDirectory();
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void aDatabaseOfAnotherVersionIsLeftAlone() throws IOException {
    server = start();
    server.close();
    Files.writeString(database().resolve("PG_VERSION"), "12\n");
    assertThatThrownBy(this::start)
        .isInstanceOf(DatabaseFailure.class)
        .hasMessageContaining("PostgreSQL 12")
        .hasMessageContaining("pg_dump");
  }

  private EmbeddedPostgres start() {
    return EmbeddedPostgres.start(data, "http://127.0.0.1:8000");
  }

  private DatabaseUrl startChild() throws IOException {
    child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                HoldsDatabase.class.getName(),
                data.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = child.inputReader(StandardCharsets.UTF_8);
    return DatabaseUrl.parse(out.readLine());
  }

  private void killChild() {
    Process killed = child;
    if (killed != null) {
      killed.destroyForcibly();
      assertThat(Waiting.until(PATIENCE, () -> !killed.isAlive())).isTrue();
    }
  }

  private Postmaster running() {
    return Objects.requireNonNull(Postmaster.of(database()));
  }

  private Path database() {
    return data.resolve("postgres").resolve("db");
  }

  private static void execute(DatabaseUrl url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(DatabaseUrl url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }
}
