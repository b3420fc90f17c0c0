package dev.weft.all.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.node.config.ConfigException;
import dev.weft.node.config.ConfigLoader;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.postgres.EmbeddedPostgres;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** What is looked at, shared by all checks: each thing is asked for once. Thread-safe. */
final class Site implements AutoCloseable {
  private final Machine machine;
  private final Limits limits;
  private final Vertx vertx = Vertx.vertx();
  private final List<String> configProblems;
  private final @Nullable LoadedConfig config;
  private final @Nullable Gateway gateway;
  private final FutureTask<Gateway.Answers> running =
      new FutureTask<>(() -> gateway().whoIsThere());
  private final FutureTask<JsonNode> health = new FutureTask<>(() -> ask("/health"));
  private final FutureTask<JsonNode> nodes = new FutureTask<>(() -> ask("/v1/inspect/nodes"));

  /**
   * @param loader reads the configuration
   * @param url of the gateway; null for the configured one
   * @param keyFile with an API key; null for the ready-made one of the data directory
   */
  Site(
      Machine machine,
      Limits limits,
      ConfigLoader loader,
      @Nullable String url,
      @Nullable Path keyFile) {
    this.machine = machine;
    this.limits = limits;
    LoadedConfig loaded = null;
    List<String> problems = List.of();
    try {
      loaded = loader.load();
    } catch (ConfigException e) {
      problems = e.problems();
    }
    this.config = loaded;
    this.configProblems = problems;
    this.gateway = loaded == null ? null : Gateway.of(loaded, limits, url, keyFile);
  }

  Machine machine() {
    return machine;
  }

  Limits limits() {
    return limits;
  }

  Vertx vertx() {
    return vertx;
  }

  /** What is wrong with the configuration; empty when it is valid. */
  List<String> configProblems() {
    return configProblems;
  }

  LoadedConfig config() throws NotChecked {
    if (config == null) {
      throw new NotChecked("config");
    }
    return config;
  }

  Path data() throws NotChecked {
    return Path.of(config().get(NodeKeys.DATA)).toAbsolutePath().normalize();
  }

  /** The configured database, or the embedded one that runs. */
  DatabaseUrl database() throws NotChecked {
    String configured = config().get(NodeKeys.DATABASE_URL);
    if (!configured.isEmpty()) {
      return DatabaseUrl.parse(configured);
    }
    Optional<DatabaseUrl> embedded = EmbeddedPostgres.running(data());
    return embedded.orElseThrow(() -> new NotChecked("embedded"));
  }

  /** A connection of the caller's own, which it closes; every wait on it ends. */
  Connection connect() throws SQLException, NotChecked {
    DatabaseUrl url = database();
    Properties properties = url.jdbcProperties();
    String answer = Long.toString(limits.answer().toSeconds());
    properties.setProperty("connectTimeout", Long.toString(limits.connect().toSeconds()));
    properties.setProperty("loginTimeout", answer);
    properties.setProperty("socketTimeout", answer);
    properties.setProperty("ApplicationName", "weft doctor");
    return DriverManager.getConnection(url.jdbcUrl(), properties);
  }

  /** The same, for a check that has nothing to say when the database is away. */
  Connection connected() throws NotChecked {
    try {
      return connect();
    } catch (SQLException e) {
      throw new NotChecked("database");
    }
  }

  Gateway gateway() throws NotChecked {
    if (gateway == null) {
      throw new NotChecked("config");
    }
    return gateway;
  }

  /** Returns when a gateway of Weft answers. */
  void requireRunning() throws NotChecked {
    switch (once(running)) {
      case WEFT -> {}
      case UNTRUSTED -> throw new NotChecked("tls", gateway().address());
      case NOBODY, OTHER -> throw new NotChecked("gateway", gateway().address());
    }
  }

  /** What the gateway says of all services. */
  JsonNode health() throws NotChecked {
    return once(health);
  }

  /** What each node says of the others. */
  JsonNode nodes() throws NotChecked {
    return once(nodes);
  }

  private JsonNode ask(String path) throws NotChecked {
    requireRunning();
    return gateway().get(path);
  }

  private static <T> T once(FutureTask<T> task) throws NotChecked {
    task.run();
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NotChecked reason) {
        throw reason;
      }
      throw new NotChecked("failed", String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      throw new NotChecked("failed", e.toString());
    }
  }

  @Override
  public void close() {
    vertx.close();
  }
}
