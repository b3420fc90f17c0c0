package dev.weft.all.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.all.terminal.Terminal;
import dev.weft.contracts.gateway.GatewayApi;
import dev.weft.contracts.health.HealthReport;
import dev.weft.node.ExitCode;
import dev.weft.node.StartFailure;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft status}: how a running Weft is, all nodes of it. */
@Command(name = "status", mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private static final long PAUSE_SECONDS = 2;

  /** Clears the screen and begins at its top. */
  private static final String CLEAR = "\u001b[2J\u001b[H";

  private final Terminal terminal;

  @Mixin private GatewayDesk desk = new GatewayDesk();

  @Option(names = "--watch", descriptionKey = "status.watch")
  private boolean watch;

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    while (watch) {
      try {
        show(desk.ask(terminal, "GET", GatewayApi.HEALTH));
      } catch (StartFailure away) {
        terminal.error(String.valueOf(away.getMessage()));
      }
      TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
    }
    JsonNode health = desk.ask(terminal, "GET", GatewayApi.HEALTH);
    show(health);
    boolean well = health.path("status").asText().equals(HealthReport.UP);
    return well ? 0 : ExitCode.UNHEALTHY.number();
  }

  private void show(JsonNode health) {
    if (desk.json()) {
      terminal.out().println(health);
      return;
    }
    if (watch && terminal.colour()) {
      terminal.out().print(CLEAR);
    }
    new StatusScreen(terminal, InstantSource.system().instant())
        .lines(health)
        .forEach(terminal.out()::println);
  }
}
