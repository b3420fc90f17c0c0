package dev.weft.all.command;

import dev.weft.all.dev.FirstScreen;
import dev.weft.all.dev.LocalWeft;
import dev.weft.all.dev.ModelChoice;
import dev.weft.all.dev.RequestLines;
import dev.weft.all.dev.StoragePlace;
import dev.weft.all.terminal.Terminal;
import dev.weft.node.BuildInfo;
import dev.weft.node.OwnerOnly;
import dev.weft.node.Shutdown;
import dev.weft.node.config.LoadedConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft dev}: everything in one process. */
@Command(name = "dev", mixinStandardHelpOptions = true)
final class DevCommand implements Callable<Integer> {
  /** A service that is not well by then is shown as it is. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Terminal terminal;

  @Mixin private RunOptions options = new RunOptions();

  DevCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    OwnerOnly.inThisProcess();
    LoadedConfig config = options.load();
    if (!options.json()) {
      terminal.info("dev.starting", BuildInfo.version());
    }
    RequestLines.configureLog(config, terminal);
    LocalWeft weft = LocalWeft.start(config);
    Shutdown.register("weft dev", () -> stop(weft));
    weft.awaitReady(PATIENCE);
    if (options.json()) {
      terminal.out().println(ReadyLine.of(weft.url(), weft.key()));
    } else {
      screen(weft, config).lines(terminal).forEach(terminal.out()::println);
    }
    // The process ends by a signal.
    new CountDownLatch(1).await();
    return 0;
  }

  private void stop(LocalWeft weft) {
    if (!options.json()) {
      terminal.info("dev.stopping");
    }
    weft.close();
  }

  private FirstScreen screen(LocalWeft weft, LoadedConfig config) {
    StoragePlace storage = new StoragePlace(terminal.messages(), config);
    List<FirstScreen.ServiceRow> rows =
        weft.services().stream()
            .map(
                service ->
                    new FirstScreen.ServiceRow(
                        service.name(),
                        terminal.messages().text("dev.process"),
                        weft.ready(service.name()),
                        storage.of(service.name(), service.needs().database())))
            .toList();
    return new FirstScreen(
        weft.url(), weft.key().orElse(null), weft.dataDirectory(), rows, ModelChoice.of(config));
  }
}
