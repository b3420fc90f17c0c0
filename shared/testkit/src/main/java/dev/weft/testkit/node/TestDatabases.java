package dev.weft.testkit.node;

import dev.weft.node.Shutdown;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Databases for tests: one server for the whole JVM, started when the first is asked for and
 * stopped, with all it kept, when the JVM ends.
 */
public final class TestDatabases {

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static @Nullable EmbeddedPostgres server;

  /** A new, empty database. */
  public static DatabaseUrl create() {
    DatabaseUrl url = server().url();
    String name = "test_" + COUNT.incrementAndGet();
    execute(url, "CREATE DATABASE " + name);
    return url.withDatabase(name);
  }

  /** Drops a database that {@link #create()} made, whoever is connected. */
  public static void drop(DatabaseUrl database) {
    execute(server().url(), "DROP DATABASE IF EXISTS " + database.database() + " WITH (FORCE)");
  }

  /** Executes one statement. */
  public static void execute(DatabaseUrl url, String sql) {
    try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The number that a query answers. */
  public static long count(DatabaseUrl url, String sql) {
    try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static synchronized EmbeddedPostgres server() {
    if (server == null) {
      try {
        Path directory = Files.createTempDirectory("weft-test-database");
        EmbeddedPostgres started = EmbeddedPostgres.start(directory, "");
        Shutdown.register(
            "database of tests",
            () -> {
              started.close();
              delete(directory);
            });
        server = started;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return server;
  }

  static void delete(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TestDatabases() {}
}
