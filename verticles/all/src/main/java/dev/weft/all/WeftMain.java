package dev.weft.all;

import dev.weft.all.command.CommandLines;
import dev.weft.all.terminal.Terminal;

/** Runs {@code weft}. */
public final class WeftMain {
  public static void main(String[] args) {
    System.exit(CommandLines.create(Terminal.ofProcess()).execute(args));
  }

  private WeftMain() {}
}
