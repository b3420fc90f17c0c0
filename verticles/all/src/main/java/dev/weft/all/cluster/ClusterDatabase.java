package dev.weft.all.cluster;

import dev.weft.durable.ProcessTag;
import dev.weft.node.StartFailure;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.postgres.DatabaseFailure;
import dev.weft.postgres.DatabaseUrl;
import dev.weft.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database of a cluster on one machine: the configured one, or an embedded one held here. */
public final class ClusterDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClusterDatabase.class);

  private final @Nullable EmbeddedPostgres embedded;
  private final @Nullable DatabaseLeash leash;
  private final DatabaseUrl url;

  private ClusterDatabase(
      @Nullable EmbeddedPostgres embedded, @Nullable DatabaseLeash leash, DatabaseUrl url) {
    this.embedded = embedded;
    this.leash = leash;
    this.url = url;
  }

  /**
   * Starts the embedded server unless the configuration names another.
   *
   * @param url of the gateway, told to whoever wants the same data directory
   * @throws StartFailure when the embedded server cannot start
   */
  public static ClusterDatabase open(Config config, Path dataDirectory, String url)
      throws IOException {
    String configured = config.get(NodeKeys.DATABASE_URL);
    if (!configured.isEmpty()) {
      return new ClusterDatabase(null, null, DatabaseUrl.parse(configured));
    }
    EmbeddedPostgres server;
    try {
      server = EmbeddedPostgres.start(dataDirectory, url);
    } catch (DatabaseFailure e) {
      throw StartFailure.of(e);
    }
    return new ClusterDatabase(server, DatabaseLeash.tie(dataDirectory), server.url());
  }

  /** Where it is. */
  public DatabaseUrl url() {
    return url;
  }

  /** What the processes need to connect: secrets, for their environment only. */
  public Map<String, String> environment() {
    return embedded == null ? Map.of() : Map.of("DATABASE_URL", embedded.url().uri());
  }

  /**
   * A process has ended: lets others have its objects at once instead of when its lease runs out.
   * Returns before that is done; a failure only means that they wait.
   */
  public void processEnded(String tag) {
    Thread.ofPlatform()
        .daemon()
        .name("bury " + tag)
        .start(
            () -> {
              try (Connection connection =
                  DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties())) {
                int buried = ProcessTag.hasEnded(connection, tag);
                log.debug("{} had {} owners of objects", tag, buried);
              } catch (SQLException e) {
                log.debug("{} could not be declared dead", tag, e);
              }
            });
  }

  @Override
  public void close() throws IOException {
    if (embedded != null) {
      embedded.close();
    }
    if (leash != null) {
      leash.close();
    }
  }
}
