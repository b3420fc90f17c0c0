package dev.weft.all.command;

import dev.weft.all.terminal.Table;
import dev.weft.all.terminal.Terminal;
import dev.weft.node.Service;
import dev.weft.node.Settings;
import dev.weft.node.config.LoadedConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft config}: what is set and where it comes from. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    subcommands = {
      ConfigCommand.Explain.class,
      ConfigCommand.Validate.class,
      ConfigCommand.Template.class
    })
final class ConfigCommand {

  /** {@code weft config explain}: every setting with its value and origin. */
  @Command(name = "explain", mixinStandardHelpOptions = true)
  static final class Explain implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Option(names = "--set")
    private boolean onlySet;

    Explain(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      LoadedConfig config = options.loader().load();
      Table table =
          new Table(
              terminal.messages().text("config.key"),
              terminal.messages().text("config.value"),
              terminal.messages().text("config.origin"));
      for (LoadedConfig.Explained line : config.explain()) {
        if (!onlySet || !line.origin().equals("default")) {
          table.row(line.key(), line.value().isEmpty() ? "-" : line.value(), line.origin());
        }
      }
      table.lines(0).forEach(terminal.out()::println);
      return 0;
    }
  }

  /** {@code weft config validate}: exit code 3 and every problem when there is one. */
  @Command(name = "validate", mixinStandardHelpOptions = true)
  static final class Validate implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private ConfigOptions options = new ConfigOptions();

    Validate(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      LoadedConfig config = options.loader().load();
      long set = config.explain().stream().filter(line -> !line.origin().equals("default")).count();
      terminal.out().println(terminal.messages().text("config.valid", set));
      return 0;
    }
  }

  /** {@code weft config template}: a file that names every setting. */
  @Command(name = "template", mixinStandardHelpOptions = true)
  static final class Template implements Callable<Integer> {
    private final Terminal terminal;

    Template(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      terminal
          .out()
          .print(ConfigTemplate.of(Settings.loader(Service.onClassPath()).load().explain()));
      return 0;
    }
  }
}
