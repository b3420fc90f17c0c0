package dev.weft.all.command;

import dev.weft.all.terminal.Messages;
import dev.weft.all.terminal.Terminal;
import dev.weft.node.ExitCode;
import dev.weft.node.StartFailure;
import dev.weft.node.config.ConfigException;
import dev.weft.node.config.Nearest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes the command line: languages, colours, what failures look like and end with. */
public final class CommandLines {
  private static final Logger log = LoggerFactory.getLogger(CommandLines.class);

  /** What picocli says when a command that only groups others is called alone. */
  private static final String NO_COMMAND = "Missing required subcommand";

  /**
   * The command line of {@code weft}. Its {@code execute} returns the exit code and never throws.
   */
  public static CommandLine create(Terminal terminal) {
    CommandLine line = new CommandLine(new WeftCommand(), factory(terminal));
    line.addSubcommand("completion", new GenerateCompletion());
    line.setResourceBundle(terminal.messages().bundle());
    line.setOut(new PrintWriter(terminal.out(), true));
    line.setErr(new PrintWriter(terminal.err(), true));
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF));
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // A variable that is not set in a script ("$DATA") is not a wish for the default.
    line.registerConverter(String.class, CommandLines::filled);
    line.registerConverter(Path.class, text -> Path.of(filled(text)));
    line.setParameterExceptionHandler((failure, args) -> wrongUsage(terminal, failure));
    line.setExecutionExceptionHandler((failure, at, result) -> failed(terminal, failure));
    return line;
  }

  private static String filled(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException("the value is empty");
    }
    return text;
  }

  /** Gives the terminal to the commands that ask for it in their constructor. */
  private static IFactory factory(Terminal terminal) {
    IFactory plain = CommandLine.defaultFactory();
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        try {
          return type.getDeclaredConstructor(Terminal.class).newInstance(terminal);
        } catch (NoSuchMethodException e) {
          return plain.create(type);
        }
      }
    };
  }

  private static int wrongUsage(Terminal terminal, ParameterException failure) {
    Messages messages = terminal.messages();
    CommandLine at = failure.getCommandLine();
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      terminal.error(
          messages.text(unmatched.isUnknownOption() ? "usage.option" : "usage.word", word));
      String near = Nearest.of(word.replaceFirst("=.*", ""), known(at));
      if (near != null) {
        terminal.info("usage.near", near);
      }
    } else if (NO_COMMAND.equals(failure.getMessage())) {
      terminal.error(messages.text("usage.missingCommand"));
    } else {
      terminal.error(String.valueOf(failure.getMessage()));
    }
    terminal.info("usage.help", at.getCommandSpec().qualifiedName());
    return ExitCode.USAGE.number();
  }

  /** What can follow a command: its options and the commands below it. */
  private static Set<String> known(CommandLine at) {
    Set<String> names = new TreeSet<>(at.getSubcommands().keySet());
    names.addAll(at.getCommandSpec().optionsMap().keySet());
    return names;
  }

  private static int failed(Terminal terminal, Exception failure) {
    switch (failure) {
      case ConfigException config -> {
        terminal.error(terminal.messages().text("config.invalid"));
        config.problems().forEach(problem -> terminal.err().println("  " + problem));
        terminal.info("config.advice");
        return ExitCode.CONFIG_INVALID.number();
      }
      case StartFailure start -> {
        log.debug("Not started", start);
        terminal.error(String.valueOf(start.getMessage()));
        return start.exitCode().number();
      }
      default -> {
        terminal.error(terminal.messages().text("unexpected", failure));
        failure.printStackTrace(terminal.err());
        return ExitCode.FAILED.number();
      }
    }
  }

  private CommandLines() {}
}
