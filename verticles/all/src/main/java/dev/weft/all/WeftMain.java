package dev.weft.all;

import dev.weft.all.command.CommandLines;
import dev.weft.all.terminal.Terminal;
import dev.weft.node.VirtualThreads;

/** Runs {@code weft}. */
public final class WeftMain {
  public static void main(String[] args) {
    VirtualThreads.widen();
    System.exit(CommandLines.create(Terminal.ofProcess()).execute(args));
  }

  private WeftMain() {}
}
