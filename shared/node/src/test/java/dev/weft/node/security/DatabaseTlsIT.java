package dev.weft.node.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.postgres.DatabaseUrl;
import dev.weft.postgres.EmbeddedPostgres;
import dev.weft.postgres.SecretFile;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code sslmode} in {@code DATABASE_URL} promises, of both drivers: the one of the services
 * and the one of the migrations. The server's certificate names 127.0.0.1 and not localhost.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseTlsIT {
  private static final String STATE =
      "SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)";

  private final Vertx vertx = Vertx.vertx();
  private final Path folder;
  private final EmbeddedPostgres server;
  private final Path authority;
  private final Path stranger;

  DatabaseTlsIT(@TempDir Path folder) throws Exception {
    this.folder = folder;
    server = EmbeddedPostgres.start(folder.resolve("data"), "");
    authority = folder.resolve("ca.crt");
    stranger = folder.resolve("stranger.crt");
    write(stranger, authority(Certificates.newKeys()));
    // So far it speaks no TLS.
    for (String mode : List.of("require", "verify-full")) {
      refused(url("127.0.0.1", Map.of("sslmode", mode)));
    }
    speakTls();
  }

  @AfterAll
  void stop() {
    server.close();
    vertx.close();
  }

  @Test
  void disableStaysInClearTextAndRequireEncrypts() throws Exception {
    assertThat(encrypted(url("127.0.0.1", Map.of("sslmode", "disable")))).isFalse();
    assertThat(encrypted(url("127.0.0.1", Map.of("sslmode", "require")))).isTrue();
    assertThat(encrypted(url("localhost", Map.of("sslmode", "require")))).isTrue();
  }

  @Test
  void verifyFullTakesTheNamedHostOfTheNamedAuthority() throws Exception {
    assertThat(encrypted(url("127.0.0.1", verified("verify-full", authority)))).isTrue();
  }

  @Test
  void verifyFullRefusesAnotherHost() {
    refused(url("localhost", verified("verify-full", authority)));
  }

  @Test
  void verifyFullRefusesAnotherAuthority() {
    refused(url("127.0.0.1", verified("verify-full", stranger)));
    // Java trusts no authority of ours.
    refused(url("127.0.0.1", Map.of("sslmode", "verify-full")));
  }

  @Test
  void verifyCaTakesAnyHostOfTheAuthority() throws Exception {
    assertThat(encrypted(url("localhost", verified("verify-ca", authority)))).isTrue();
    refused(url("localhost", verified("verify-ca", stranger)));
  }

  /** As PostgreSQL's own clients: who names an authority wants it checked. */
  @Test
  void requireWithAnAuthorityChecksIt() throws Exception {
    assertThat(encrypted(url("localhost", verified("require", authority)))).isTrue();
    refused(url("localhost", verified("require", stranger)));
  }

  private static Map<String, String> verified(String mode, Path authority) {
    return Map.of("sslmode", mode, "sslrootcert", authority.toString());
  }

  private DatabaseUrl url(String host, Map<String, String> options) {
    DatabaseUrl own = server.url();
    return new DatabaseUrl(
        host, own.port(), own.database(), own.user(), own.password(), new HashMap<>(options));
  }

  /** Whether connections are encrypted: the same of both drivers. */
  private boolean encrypted(DatabaseUrl url) throws Exception {
    boolean migrations;
    try (Connection connection = jdbc(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(STATE)) {
      rows.next();
      migrations = rows.getBoolean(1);
    }
    assertThat(services(url)).isEqualTo(migrations);
    return migrations;
  }

  private void refused(DatabaseUrl url) {
    assertThatThrownBy(() -> jdbc(url).close()).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> services(url)).isNotNull();
  }

  private static Connection jdbc(DatabaseUrl url) throws SQLException {
    return DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
  }

  private boolean services(DatabaseUrl url) throws Exception {
    return PgConnection.connect(vertx, url.connectOptions(null))
        .compose(
            connection ->
                connection
                    .query(STATE)
                    .execute()
                    .map(rows -> rows.iterator().next().getBoolean(0))
                    .eventually(connection::close))
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private void speakTls() throws Exception {
    KeyPair authorityKeys = Certificates.newKeys();
    X509Certificate root = authority(authorityKeys);
    write(authority, root);
    KeyPair keys = Certificates.newKeys();
    Instant now = Instant.now();
    X509Certificate certificate =
        Certificates.node(
            root,
            authorityKeys.getPrivate(),
            keys.getPublic(),
            List.of("database"),
            List.of("127.0.0.1"),
            now,
            now.plus(Duration.ofDays(1)));
    Path chain = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    write(chain, certificate);
    SecretFile.write(key, TlsAuthority.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    try (Connection connection = jdbc(server.url());
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET ssl_cert_file = '" + chain + "'");
      statement.execute("ALTER SYSTEM SET ssl_key_file = '" + key + "'");
      statement.execute("ALTER SYSTEM SET ssl = on");
      statement.execute("SELECT pg_reload_conf()");
    }
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!speaksTls()) {
      assertThat(System.nanoTime()).as(log()).isLessThan(end);
    }
  }

  private boolean speaksTls() {
    try (Connection connection = jdbc(url("127.0.0.1", Map.of("sslmode", "require")))) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  private String log() throws Exception {
    return Files.readString(folder.resolve("data/postgres/server.log"));
  }

  private static X509Certificate authority(KeyPair keys) throws Exception {
    Instant now = Instant.now();
    return Certificates.authority(keys, now, now.plus(Duration.ofDays(1)));
  }

  private static void write(Path file, X509Certificate certificate) throws Exception {
    SecretFile.write(file, TlsAuthority.pem("CERTIFICATE", certificate.getEncoded()));
  }
}
