package dev.weft.faults.upgrade;

import dev.weft.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code scripts/faults upgrade}: runs five services of one version as processes, uses them through
 * the gateway, and replaces them one by one by those of another version. No call may fail.
 *
 * <p>A service is replaced as an operator would: a process of the new version joins, and when it is
 * ready the old one is told to stop. A gateway is taken out of the clients' rotation first.
 */
public final class UpgradeMain {
  private static final List<String> ORDER = List.of("auth", "rag", "chat", "mcp", "gateway");
  private static final Duration CALM_DOWN = Duration.ofSeconds(60);

  private final UpgradeCluster cluster;
  private final UpgradeLoad load;
  private final Path from;
  private final Path to;
  private final Duration between;
  private final PrintStream out;

  private UpgradeMain(
      UpgradeCluster cluster,
      UpgradeLoad load,
      Path from,
      Path to,
      Duration between,
      PrintStream out) {
    this.cluster = cluster;
    this.load = load;
    this.from = from;
    this.to = to;
    this.between = between;
    this.out = out;
  }

  /**
   * Options: {@code --from} and {@code --to}, checkouts with built jars; {@code --seconds} of use
   * between two replacements (10); {@code --clients} that use it at once (3); {@code --directory}
   * for data and logs.
   */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = options(args);
    Path directory =
        Path.of(options.getOrDefault("directory", "target/upgrade/run")).toAbsolutePath();
    Files.createDirectories(directory);
    Duration between = Duration.ofSeconds(Long.parseLong(options.getOrDefault("seconds", "10")));
    int clients = Integer.parseInt(options.getOrDefault("clients", "3"));
    boolean clean;
    try (EmbeddedPostgres database = EmbeddedPostgres.start(directory.resolve("database"), "");
        UpgradeCluster cluster = new UpgradeCluster(directory, database.url().uri());
        UpgradeLoad load = new UpgradeLoad(clients)) {
      clean =
          new UpgradeMain(
                  cluster,
                  load,
                  Path.of(required(options, "from")),
                  Path.of(required(options, "to")),
                  between,
                  System.out)
              .run();
    }
    System.exit(clean ? 0 : 1);
  }

  private boolean run() throws IOException, InterruptedException {
    for (String service : ORDER) {
      // One after the other: five at once may take longer to join than they have on a busy machine.
      cluster.start(service, 0, from);
      cluster.awaitReady(service, 0);
    }
    load.begin(cluster.key(), cluster.gateway(0));
    load.awaitHealth();
    load.prepare();
    say("Five processes of the old version are in use.");
    use();
    for (String service : ORDER) {
      cluster.start(service, 1, to);
      cluster.awaitReady(service, 1);
      load.awaitHealth();
      use();
      if (service.equals("gateway")) {
        load.moveTo(cluster.gateway(1), CALM_DOWN);
      }
      cluster.stop(service, 0);
      say(service + " is of the new version.");
      use();
    }
    load.end();
    out.print(load.report());
    return load.failures() == 0 && load.isComplete();
  }

  private void use() throws InterruptedException {
    load.use(between);
  }

  private void say(String what) {
    out.printf("%s Calls: %d, failed: %d.%n", what, load.calls(), load.failures());
  }

  private static String required(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new IllegalArgumentException("Option --" + name + " is missing.");
    }
    return value;
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
    }
    return options;
  }
}
