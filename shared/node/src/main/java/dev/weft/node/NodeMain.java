package dev.weft.node;

import dev.weft.node.config.ConfigException;
import dev.weft.node.config.ConfigLoader;
import dev.weft.node.config.LoadedConfig;
import dev.weft.node.logging.Logging;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main program of a fat jar: its service in a process of its own. */
public final class NodeMain {

  private static final Logger log = LoggerFactory.getLogger(NodeMain.class);

  /** Variable that, set to {@code stdin}, ties this process to the one that started it. */
  private static final String LEASH = "WEFT_LEASH";

  /** Runs the one service whose module is on the class path. */
  public static void main(String[] args) {
    List<Service> found = Service.onClassPath();
    if (found.size() != 1) {
      throw new IllegalStateException("one service on the class path, not " + found);
    }
    run(found.getFirst(), args);
  }

  /** Runs a service until the process is told to stop, then ends it. Never returns normally. */
  public static void run(Service service, String[] args) {
    int code = start(service, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  private static int start(Service service, String[] args, PrintStream out, PrintStream err) {
    String name = service.name();
    List<Service> services = List.of(service);
    long start = System.nanoTime();
    try {
      ConfigLoader loader = Settings.ofProcess(services);
      CommandLine line = CommandLine.parse(args, loader);
      switch (line.wish()) {
        case HELP -> out.print(CommandLine.HELP.formatted(name));
        case VERSION -> out.println("weft " + name + " " + BuildInfo.version());
        case RUN -> {
          if ("stdin".equals(System.getenv(LEASH))) {
            endWithInput();
          }
          VirtualThreads.widen();
          SerialFilter.install();
          OwnerOnly.inThisProcess();
          LoadedConfig config = loader.load();
          Logging.configure(config, name);
          NodeOptions options =
              new NodeOptions(name, services, NodeOptions.Mode.CLUSTER, config)
                  .withInstances(line.instances());
          Node node = Node.start(options);
          out.println(readyLine(name, node, Duration.ofNanos(System.nanoTime() - start)));
          new CountDownLatch(1).await();
        }
      }
      return ExitCode.OK.number();
    } catch (CommandLine.UsageException e) {
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

  private static String readyLine(String name, Node node, Duration took) {
    String seconds = String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1_000.0);
    String health =
        node.management().map(address -> ", health at " + address + "/health").orElse("");
    return "weft " + name + " " + BuildInfo.version() + " is ready after " + seconds + health;
  }

  private NodeMain() {}
}
