package dev.weft.all.dev;

import dev.weft.all.terminal.Messages;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import dev.weft.postgres.DatabaseUrl;

/** Says where a service keeps its data. */
public final class StoragePlace {
  private final Messages messages;
  private final String databaseUrl;

  public StoragePlace(Messages messages, Config config) {
    this.messages = messages;
    this.databaseUrl = config.get(NodeKeys.DATABASE_URL);
  }

  /**
   * In one line, without user and password.
   *
   * @param database whether the service keeps data in PostgreSQL
   */
  public String of(String service, boolean database) {
    if (!database) {
      return messages.text("dev.storage.none");
    }
    return databaseUrl.isEmpty()
        ? messages.text("dev.storage.embedded", service)
        : messages.text("dev.storage.external", service, DatabaseUrl.parse(databaseUrl));
  }
}
