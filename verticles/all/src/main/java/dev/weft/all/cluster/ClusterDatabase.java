package dev.weft.all.cluster;

import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.node.database.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The database of a cluster on one machine: the configured one, or an embedded one held here. */
public final class ClusterDatabase implements AutoCloseable {
  private final @Nullable EmbeddedPostgres embedded;
  private final @Nullable DatabaseLeash leash;

  private ClusterDatabase(@Nullable EmbeddedPostgres embedded, @Nullable DatabaseLeash leash) {
    this.embedded = embedded;
    this.leash = leash;
  }

  /**
   * Starts the embedded server unless the configuration names another.
   *
   * @param url of the gateway, told to whoever wants the same data directory
   */
  public static ClusterDatabase open(Config config, Path dataDirectory, String url)
      throws IOException {
    if (!config.get(NodeKeys.DATABASE_URL).isEmpty()) {
      return new ClusterDatabase(null, null);
    }
    EmbeddedPostgres server = EmbeddedPostgres.start(dataDirectory, url);
    return new ClusterDatabase(server, DatabaseLeash.tie(dataDirectory));
  }

  /** What the processes need to connect: secrets, for their environment only. */
  public Map<String, String> environment() {
    return embedded == null ? Map.of() : Map.of("DATABASE_URL", embedded.url().uri());
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
