package dev.weft.all.command;

import dev.weft.all.dev.RequestLines;
import dev.weft.all.terminal.Terminal;
import dev.weft.auth.AuthService;
import dev.weft.auth.keys.ApiKeys;
import dev.weft.auth.keys.KeyDigest;
import dev.weft.auth.store.KeyStore;
import dev.weft.contracts.auth.AuthApi;
import dev.weft.node.Node;
import dev.weft.node.NodeContext;
import dev.weft.node.NodeOptions;
import dev.weft.node.OwnerOnly;
import dev.weft.node.config.Config;
import dev.weft.node.config.NodeKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Auth alone, for the time of one question: how keys are made before there is a key to ask with.
 */
final class KeyDesk {
  /**
   * Whether there is a database to ask, without making one: the configured, or an embedded one in
   * the data directory.
   */
  static boolean hasDatabase(Config config) {
    return !config.get(NodeKeys.DATABASE_URL).isEmpty()
        || Files.exists(Path.of(config.get(NodeKeys.DATA)).resolve("postgres"));
  }

  /** Starts auth on the configured database, asks, and stops it again. Blocks. */
  static <T> T ask(Terminal terminal, Config config, Function<ApiKeys, T> question) {
    OwnerOnly.inThisProcess();
    RequestLines.configureLog(config, terminal);
    Node node =
        Node.start(
            new NodeOptions("weft", List.of(new AuthService()), NodeOptions.Mode.LOCAL, config));
    try {
      NodeContext auth = node.context(AuthApi.SERVICE.name());
      return question.apply(
          new ApiKeys(
              new KeyStore(auth.database()),
              new KeyDigest(auth.masterKey()),
              config.get(NodeKeys.PROFILE),
              auth.time()));
    } finally {
      node.stop();
    }
  }

  private KeyDesk() {}
}
