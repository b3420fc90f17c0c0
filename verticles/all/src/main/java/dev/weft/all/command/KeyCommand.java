package dev.weft.all.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.weft.all.terminal.Table;
import dev.weft.all.terminal.Terminal;
import dev.weft.contracts.Identity;
import dev.weft.contracts.auth.CreateKey;
import dev.weft.contracts.auth.CreatedKey;
import dev.weft.contracts.auth.KeyInfo;
import dev.weft.contracts.auth.KeyList;
import dev.weft.json.Json;
import dev.weft.node.ExitCode;
import dev.weft.node.StartFailure;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.config.NodeKeys;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft key}: API keys, directly in the database. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    subcommands = {KeyCommand.Create.class, KeyCommand.ListKeys.class, KeyCommand.Revoke.class})
final class KeyCommand {
  private static final String DEFAULT_TENANT = "default";
  private static final String SUBJECT = "cli";

  /** Whoever can open the database may do everything in it. */
  private static Identity operator(String tenant) {
    return new Identity(tenant, SUBJECT, Set.of(Identity.ALL_SCOPES), "");
  }

  /** {@code weft key create}. The key itself is all that standard output gets. */
  @Command(name = "create", mixinStandardHelpOptions = true)
  static final class Create implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Option(names = "--name", required = true, paramLabel = "NAME")
    private String name = "";

    @Option(names = "--scope", paramLabel = "SCOPE")
    private @Nullable List<String> scopes;

    @Option(names = "--days", paramLabel = "N")
    private @Nullable Integer days;

    @Option(names = "--tenant", paramLabel = "TENANT")
    private String tenant = DEFAULT_TENANT;

    @Option(names = "--json")
    private boolean json;

    Create(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws JsonProcessingException {
      CreatedKey created =
          KeyDesk.ask(
              terminal,
              options.loader().load(),
              keys -> keys.create(operator(tenant), null, new CreateKey(name, scopes, days)));
      KeyInfo info = created.info();
      if (json) {
        terminal.out().println(Json.mapper().writeValueAsString(created));
      } else {
        terminal.info("key.created", info.id(), info.name(), info.expiresAt());
        terminal.out().println(created.key());
      }
      return 0;
    }
  }

  /** {@code weft key list}. */
  @Command(name = "list", mixinStandardHelpOptions = true)
  static final class ListKeys implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Option(names = "--tenant", paramLabel = "TENANT")
    private String tenant = DEFAULT_TENANT;

    @Option(names = "--json")
    private boolean json;

    ListKeys(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws JsonProcessingException {
      LoadedConfig config = options.loader().load();
      KeyList keys =
          KeyDesk.hasDatabase(config)
              ? KeyDesk.ask(terminal, config, desk -> desk.list(tenant))
              : new KeyList(List.of());
      if (json) {
        terminal.out().println(Json.mapper().writeValueAsString(keys));
      } else if (keys.data().isEmpty()) {
        terminal.info("key.none", tenant);
      } else {
        table(keys).lines(0).forEach(terminal.out()::println);
      }
      return 0;
    }

    private Table table(KeyList keys) {
      Table table =
          new Table(
              terminal.messages().text("key.id"),
              terminal.messages().text("key.name"),
              terminal.messages().text("key.hint"),
              terminal.messages().text("key.status"),
              terminal.messages().text("key.expires"),
              terminal.messages().text("key.scopes"));
      for (KeyInfo key : keys.data()) {
        table.row(
            key.id(),
            key.name(),
            key.hint(),
            key.status(),
            key.expiresAt(),
            String.join(" ", key.scopes()));
      }
      return table;
    }
  }

  /** {@code weft key revoke}. */
  @Command(name = "revoke", mixinStandardHelpOptions = true)
  static final class Revoke implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Parameters(index = "0", paramLabel = "ID")
    private String id = "";

    @Option(names = "--tenant", paramLabel = "TENANT")
    private String tenant = DEFAULT_TENANT;

    Revoke(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      LoadedConfig config = options.loader().load();
      if (!KeyDesk.hasDatabase(config)) {
        throw new StartFailure(
            ExitCode.FAILED,
            "There is no database in '" + config.get(NodeKeys.DATA) + "', and so no key.");
      }
      KeyInfo key = KeyDesk.ask(terminal, config, desk -> desk.revoke(operator(tenant), id));
      terminal.info("key.revoked", key.id(), key.name());
      return 0;
    }
  }
}
