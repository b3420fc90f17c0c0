package dev.weft.faults;

import dev.weft.faults.FaultsMain.Plan;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs rows one after the other, on one cluster where they can share it. */
final class Suite implements AutoCloseable {
  private static final int SHOWN_FINDINGS = 3;

  private final Plan plan;
  private final PrintStream out;
  private @Nullable Cluster cluster;
  private boolean namespaces;
  private int clusters;

  Suite(Plan plan, PrintStream out) {
    this.plan = plan;
    this.out = out;
  }

  List<Result> run() throws IOException {
    List<Result> results = new ArrayList<>();
    try {
      for (Row row : FaultsMain.ROWS) {
        if (plan.rows().contains(row.number())) {
          results.add(run(row));
        }
      }
    } finally {
      close();
    }
    return results;
  }

  private Result run(Row row) throws IOException {
    Result result = new Result(row, plan.seed(), plan.seconds());
    long began = System.nanoTime();
    try {
      String obstacle = row.namespaces() ? Network.obstacle() : "";
      if (obstacle.isEmpty()) {
        for (int i = 0; i < plan.runs() && result.violations().isEmpty(); i++) {
          result.add(one(row, plan.seed() + i));
        }
      } else {
        result.notRun(obstacle);
      }
    } catch (Exception | Error e) {
      result.broken(e);
      out.println("  where it failed: " + trace(row, e));
      // Whatever state it is in, the next row shall not suffer from it.
      close();
    }
    tell(result, (System.nanoTime() - began) / 1_000_000_000);
    return result;
  }

  /** Writes down where a run failed; answers with the file. */
  private Path trace(Row row, Throwable failure) throws IOException {
    Path file =
        Files.createDirectories(plan.directory())
            .resolve("row" + row.number() + "-seed" + plan.seed() + ".trace");
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return Files.writeString(file, text.toString());
  }

  private Run one(Row row, long seed) throws Exception {
    Cluster on = cluster(row);
    Run run = new Run(on, "r" + row.number() + "s" + seed + "-", seed, plan.seconds());
    row.body().run(run);
    if (!on.errors().isEmpty()) {
      out.println("  errors callers got: " + on.errors());
    }
    if (!run.violations().isEmpty()) {
      // What it left behind may be wrong as well.
      close();
    }
    return run;
  }

  private Cluster cluster(Row row) throws Exception {
    Cluster current = cluster;
    if (current != null
        && (current.hosts() != row.hosts()
            || namespaces != row.namespaces()
            || row.number() == 10)) {
      close();
      current = null;
    }
    if (current == null) {
      Path directory =
          plan.directory()
              .resolve("cluster-" + System.currentTimeMillis() % 10_000_000 + "-" + ++clusters);
      Files.createDirectories(directory);
      Network network = row.namespaces() ? Network.namespaces(row.hosts() + 1) : Network.loopback();
      current = new Cluster(directory, row.hosts(), network, row.number() == 10);
      cluster = current;
      namespaces = row.namespaces();
    }
    return current;
  }

  private void tell(Result result, long seconds) {
    out.println(result.told() + " (" + seconds + " s)");
    for (List<String> found : List.of(result.violations(), result.undecided())) {
      found.stream().limit(SHOWN_FINDINGS).forEach(text -> out.println("  " + text));
    }
    if (!result.fine()) {
      out.println("  histories: " + plan.directory());
      out.println("  again: " + result.command());
    }
  }

  @Override
  public void close() {
    Cluster current = cluster;
    cluster = null;
    if (current != null) {
      current.close();
    }
  }
}
