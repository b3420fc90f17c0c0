package dev.weft.all.command;

import dev.weft.all.doctor.Examination;
import dev.weft.all.terminal.Terminal;
import dev.weft.node.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft doctor}: what is wrong, why it matters and what mends it. */
@Command(name = "doctor", mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private GatewayDesk desk = new GatewayDesk();

  DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Examination examination = Examination.of(desk.loader(), desk.url(), desk.keyFile());
    if (desk.json()) {
      terminal.out().println(examination.json(terminal.messages()));
    } else {
      examination.lines(terminal).forEach(terminal.out()::println);
    }
    return examination.isHealthy() ? 0 : ExitCode.UNHEALTHY.number();
  }
}
