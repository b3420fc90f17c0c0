package dev.weft.node;

import dev.weft.node.config.ConfigException;
import dev.weft.node.config.ConfigLoader;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.logging.Logging;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main program of a service in a process of its own. */
public final class NodeMain {

  private static final Logger log = LoggerFactory.getLogger(NodeMain.class);

  /** Variable that, set to {@code stdin}, ties this process to the one that started it. */
  private static final String LEASH = "WEFT_LEASH";

  private static final String HELP =
      """
      Weft %1$s, as one process of a cluster.

      Usage: java -jar weft-%1$s.jar [options]

        --config FILE      settings to read instead of conf/weft.yaml
        --data DIR         where files are kept (default: data)
        --profile NAME     dev or prod
        --set KEY=VALUE    one setting; may be given again
        --version          what this is
        --help             this text

      Settings come from options, else WEFT_ variables, else .env, else the file.
      DATABASE_URL names the PostgreSQL that all processes of the cluster share.
      """;

  /** What the arguments ask for. */
  private enum Wish {
    RUN,
    HELP,
    VERSION
  }

  /** Arguments nobody understands. */
  private static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /**
   * Runs services until the process is told to stop, then ends it. Never returns normally.
   *
   * @param name of the process, which is also its service's
   * @param services what it runs
   * @param args its arguments
   */
  public static void run(String name, List<Service> services, String[] args) {
    int code = start(name, services, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  private static int start(
      String name, List<Service> services, String[] args, PrintStream out, PrintStream err) {
    long start = System.nanoTime();
    try {
      ConfigLoader loader = ConfigLoader.ofProcess();
      switch (parse(args, loader)) {
        case HELP -> out.print(HELP.formatted(name));
        case VERSION -> out.println("weft " + name + " " + BuildInfo.version());
        case RUN -> {
          if ("stdin".equals(System.getenv(LEASH))) {
            endWithInput();
          }
          VirtualThreads.widen();
          LoadedConfig config = loader.load();
          Logging.configure(config, name);
          Node node = Node.start(new NodeOptions(name, services, NodeOptions.Mode.CLUSTER, config));
          Runtime.getRuntime().addShutdownHook(new Thread(node::stop, "stop"));
          out.println(readyLine(name, node, Duration.ofNanos(System.nanoTime() - start)));
          new CountDownLatch(1).await();
        }
      }
      return ExitCode.OK.number();
    } catch (UsageException e) {
      err.println("weft " + name + ": " + e.getMessage() + " Try --help.");
      return ExitCode.USAGE.number();
    } catch (ConfigException e) {
      err.println(e.getMessage());
      return ExitCode.CONFIG_INVALID.number();
    } catch (StartFailure e) {
      log.debug("Not started", e);
      err.println("weft " + name + " cannot start. " + e.getMessage());
      return e.exitCode().number();
    } catch (InterruptedException e) {
      return ExitCode.FAILED.number();
    }
  }

  /**
   * Ends the process when its standard input does: whoever started it holds the other end of the
   * pipe, which closes even when that process is killed.
   */
  private static void endWithInput() {
    Thread.ofPlatform()
        .daemon()
        .name("leash")
        .start(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // As good as its end.
              }
              System.exit(ExitCode.OK.number());
            });
  }

  private static Wish parse(String[] args, ConfigLoader loader) throws UsageException {
    for (int i = 0; i < args.length; i++) {
      String argument = args[i];
      int equals = argument.indexOf('=');
      String option =
          argument.startsWith("--") && equals > 0 ? argument.substring(0, equals) : argument;
      switch (option) {
        case "--help", "-h" -> {
          return Wish.HELP;
        }
        case "--version" -> {
          return Wish.VERSION;
        }
        case "--config", "--data", "--profile", "--set" -> {
          String value;
          if (!option.equals(argument)) {
            value = argument.substring(equals + 1);
          } else if (i + 1 < args.length) {
            value = args[++i];
          } else {
            throw new UsageException(option + " wants a value.");
          }
          apply(option, value, loader);
        }
        default -> throw new UsageException("There is no option " + argument + ".");
      }
    }
    return Wish.RUN;
  }

  private static void apply(String option, String value, ConfigLoader loader)
      throws UsageException {
    switch (option) {
      case "--config" -> loader.file(Path.of(value), true);
      case "--data" -> loader.flag("data", value, option);
      case "--profile" -> loader.flag("profile", value, option);
      default -> {
        int equals = value.indexOf('=');
        if (equals <= 0) {
          throw new UsageException("--set wants KEY=VALUE.");
        }
        String key = value.substring(0, equals);
        loader.flag(key, value.substring(equals + 1), "--set " + key);
      }
    }
  }

  private static String readyLine(String name, Node node, Duration took) {
    String seconds = String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1_000.0);
    String health =
        node.management().map(address -> ", health at " + address + "/health").orElse("");
    return "weft " + name + " " + BuildInfo.version() + " is ready after " + seconds + health;
  }

  private NodeMain() {}
}
