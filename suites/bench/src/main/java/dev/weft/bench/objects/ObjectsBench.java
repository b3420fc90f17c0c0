package dev.weft.bench.objects;

import dev.weft.bench.PerformancePage;
import dev.weft.node.VirtualThreads;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code scripts/bench objects}: what durable objects cost, in processor time of all processes, the
 * database included, against baselines in the same run, in interleaved rounds. Medians are
 * reported; absolute times on a shared machine are noise, ratios within one run are not.
 */
public final class ObjectsBench {

  /** Runs the benchmark; arguments are those of {@code scripts/bench objects}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    VirtualThreads.widen();
    BenchSettings settings = BenchSettings.of(args);
    String report = run(settings, Path.of("target"));
    System.out.println(report);
    if (settings.write()) {
      PerformancePage.replace(Path.of("docs/performance.md"), "objects", report);
    }
  }

  /**
   * Runs the parts that are wanted.
   *
   * @param directory for files of the time being, on a real disk
   * @return the report
   * @throws IllegalStateException when what was acknowledged is not what is stored
   */
  public static String run(BenchSettings settings, Path directory)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    StringBuilder report = new StringBuilder();
    try (Plant plant = new Plant(directory)) {
      report.append(conditions(settings, plant));
      report.append(new TurnBench(settings, plant).run());
      Activations activations = new Activations(settings, plant);
      if (settings.wants("activation")) {
        report.append(activations.activation());
      }
      if (settings.wants("alarms")) {
        report.append(AlarmBench.run(settings, plant));
      }
      if (settings.wants("outbox")) {
        report.append(OutboxCost.run(settings, plant));
      }
      if (settings.wants("watching")) {
        report.append(WatchingCost.run(settings, plant));
      }
      if (settings.wants("cluster")) {
        report.append(Clustered.run(settings, plant));
      }
      if (settings.wants("failover")) {
        report.append(Failover.run(settings, plant));
      }
      // Last: what it makes stays in memory.
      if (settings.wants("heap")) {
        report.append(activations.heap());
      }
    }
    return report.toString();
  }

  private static String conditions(BenchSettings settings, Plant plant) {
    List<String> flags =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("-X"))
            .toList();
    return ResultTable.format(
        "%n%d rounds of %.1f s each, interleaved; load average %.1f at the start; PostgreSQL %s,"
            + " fsync %s, synchronous_commit %s; JVM flags `%s`; value of %d bytes in one key.%n",
        settings.rounds(),
        settings.seconds(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        plant.text("SHOW server_version"),
        plant.text("SHOW fsync"),
        plant.text("SHOW synchronous_commit"),
        String.join(" ", flags),
        Box.VALUE_BYTES);
  }

  private ObjectsBench() {}
}
