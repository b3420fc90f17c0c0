package dev.weft.all;

import dev.weft.all.cluster.ServiceProcess;
import dev.weft.all.command.CommandLines;
import dev.weft.all.terminal.Terminal;
import dev.weft.node.SerialFilter;
import dev.weft.node.VirtualThreads;
import java.util.List;

/** Runs {@code weft}. */
public final class WeftMain {
  public static void main(String[] args) {
    if (args.length > 1 && args[0].equals(ServiceProcess.COMMAND)) {
      ServiceProcess.run(List.of(args).subList(1, args.length));
      return;
    }
    VirtualThreads.widen();
    SerialFilter.install();
    System.exit(CommandLines.create(Terminal.ofProcess()).execute(args));
  }

  private WeftMain() {}
}
