package dev.weft.faults;

import dev.weft.postgres.DatabaseUrl;
import dev.weft.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The PostgreSQL of a run, the faults that can be done to it, and a look at what it holds. */
final class FaultDatabase implements AutoCloseable {
  private final Path directory;
  private EmbeddedPostgres server;

  FaultDatabase(Path directory) {
    this.directory = directory;
    this.server = EmbeddedPostgres.start(directory, "");
  }

  synchronized DatabaseUrl url() {
    return server.url();
  }

  /** The same server as a node reaches it. */
  DatabaseUrl url(String host, int port) {
    DatabaseUrl own = url();
    return new DatabaseUrl(
        host, port, own.database(), own.user(), own.password(), Map.of("sslmode", "disable"));
  }

  Connection connect() throws SQLException {
    DatabaseUrl url = url();
    return DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
  }

  // ---- faults

  /** Stops the server at once, without a word to its clients, and starts it again. */
  synchronized void restartImmediately(Duration pause) throws IOException, InterruptedException {
    Path pidFile = directory.resolve("postgres").resolve("db").resolve("postmaster.pid");
    long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
    Signals.send("QUIT", pid);
    while (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
      Thread.sleep(10);
    }
    Thread.sleep(pause.toMillis());
    int before = server.url().port();
    server.close();
    server = EmbeddedPostgres.start(directory, "");
    if (server.url().port() != before) {
      throw new IOException("the server came back on another port");
    }
  }

  /** Starts the server again if its disk has brought it down. */
  synchronized void startIfDown() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      try (Connection connection = connect()) {
        if (connection.isValid(1)) {
          return;
        }
      } catch (SQLException e) {
        Thread.sleep(200);
      }
    }
    server.close();
    server = EmbeddedPostgres.start(directory, "");
  }

  /** Terminates the sessions that are committing objects' turns just now; how many. */
  int terminateCommitting() throws SQLException {
    return count(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE state = 'active'"
            + " AND query LIKE 'WITH fence%' AND pid <> pg_backend_pid()");
  }

  /** Terminates all sessions of nodes; how many. */
  int terminateAll() throws SQLException {
    return count(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  }

  int count(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }

  /** How many lives of nodes were declared dead. */
  int buried() throws SQLException {
    return count("SELECT count(*) FROM objects.do_node WHERE state = 'DEAD'");
  }

  /** Keeps all nodes' commits waiting while it is open; what only reads goes on. */
  AutoCloseable stallCommits() throws SQLException {
    return locking("LOCK TABLE objects.do_kv IN SHARE MODE");
  }

  /** Holds the row of one object, so that commits of batches with it wait. */
  AutoCloseable lockObject(String name) throws SQLException {
    return locking("SELECT 1 FROM objects.do_object WHERE name = '" + name + "' FOR UPDATE");
  }

  private AutoCloseable locking(String sql) throws SQLException {
    Connection connection = connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection::close;
  }

  // ---- what it holds

  /** Values, as text, by name of the object and key. */
  Map<String, Map<String, String>> state(String namespace, String prefix) throws SQLException {
    String sql =
        "SELECT o.name, k.key, k.value FROM objects.do_object o JOIN objects.do_kv k"
            + " ON k.object_id = o.id WHERE o.namespace = ? AND starts_with(o.name, ?)";
    Map<String, Map<String, String>> objects = new TreeMap<>();
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, namespace);
      statement.setString(2, prefix);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          objects
              .computeIfAbsent(rows.getString(1), name -> new TreeMap<>())
              .put(
                  new String(rows.getBytes(2), StandardCharsets.UTF_8),
                  new String(rows.getBytes(3), StandardCharsets.UTF_8));
        }
      }
    }
    return objects;
  }

  @Override
  public synchronized void close() {
    server.close();
  }
}
