package dev.weft.node;

import dev.weft.node.config.ConfigLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the arguments of a service's process ask for. Options have two dashes; those that people
 * know from Vert.x's own launcher, {@code run}, {@code -cluster}, {@code -conf}, {@code
 * -instances}, are understood as there.
 *
 * @param wish what to do
 * @param instances how many instances of the service's main verticle; null for as many as it says
 */
record CommandLine(Wish wish, @Nullable Integer instances) {

  static final String HELP =
      """
      Weft %1$s, as one process of a cluster.

      Usage: java -jar weft-%1$s.jar [run] [options]

        --config FILE      settings to read instead of conf/weft.yaml; also -conf FILE
        --data DIR         where files are kept (default: data)
        --profile NAME     dev or prod
        --set KEY=VALUE    one setting; may be given again
        -instances N       instances of the service's verticle in this process
        -cluster           join the cluster; such a process always does
        --version          what this is
        --help             this text

      Settings come from options, else WEFT_ variables, else .env, else the file.
      DATABASE_URL names the PostgreSQL that all processes of the cluster share.
      """;

  private static final int MOST_INSTANCES = 1_000;

  enum Wish {
    RUN,
    HELP,
    VERSION
  }

  /** Arguments nobody understands. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /**
   * Reads arguments.
   *
   * @param loader is told of the settings among them
   * @throws UsageException saying which one nobody understands
   */
  static CommandLine parse(String[] args, ConfigLoader loader) throws UsageException {
    Integer instances = null;
    int first = args.length > 0 && args[0].equals("run") ? 1 : 0;
    for (int i = first; i < args.length; i++) {
      String argument = args[i];
      int equals = argument.indexOf('=');
      String option =
          argument.startsWith("--") && equals > 0 ? argument.substring(0, equals) : argument;
      switch (option) {
        case "--help", "-h" -> {
          return new CommandLine(Wish.HELP, null);
        }
        case "--version" -> {
          return new CommandLine(Wish.VERSION, null);
        }
        case "-cluster" -> {
          // A process of one service is always part of a cluster.
        }
        case "--config", "-conf", "--data", "--profile", "--set", "-instances" -> {
          String value;
          if (!option.equals(argument)) {
            value = argument.substring(equals + 1);
          } else if (i + 1 < args.length) {
            value = args[++i];
          } else {
            throw new UsageException(option + " needs a value.");
          }
          if (value.isBlank()) {
            throw new UsageException(option + " is given an empty value.");
          }
          if (option.equals("-instances")) {
            instances = instances(value);
          } else {
            apply(option, value, loader);
          }
        }
        default ->
            throw new UsageException(
                (argument.startsWith("-") ? "Unknown option " : "Unknown argument ")
                    + option
                    + ".");
      }
    }
    return new CommandLine(Wish.RUN, instances);
  }

  private static int instances(String value) throws UsageException {
    // No longer than the largest number allowed, so that it always fits.
    int number = value.matches("[0-9]{1,4}") ? Integer.parseInt(value) : 0;
    if (number < 1 || number > MOST_INSTANCES) {
      throw new UsageException("-instances needs a number from 1 to " + MOST_INSTANCES + ".");
    }
    return number;
  }

  private static void apply(String option, String value, ConfigLoader loader)
      throws UsageException {
    switch (option) {
      case "--config", "-conf" -> loader.file(Path.of(value), true);
      case "--data" -> loader.flag("data", value, option);
      case "--profile" -> loader.flag("profile", value, option);
      default -> {
        int equals = value.indexOf('=');
        if (equals <= 0) {
          throw new UsageException("--set needs KEY=VALUE.");
        }
        String key = value.substring(0, equals);
        loader.flag(key, value.substring(equals + 1), "--set " + key);
      }
    }
  }
}
