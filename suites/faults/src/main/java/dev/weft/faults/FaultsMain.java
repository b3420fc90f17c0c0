package dev.weft.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code scripts/faults objects}: runs rows of the fault table and says what became of each. */
public final class FaultsMain {
  static final List<Integer> QUICK = List.of(1, 2, 3, 9, 21);

  /** What a run of these takes, without the start of the nodes. */
  static final int QUICK_SECONDS = 12;

  /** All rows that can be run here. */
  static final List<Row> ROWS = rows();

  private FaultsMain() {}

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.addAll(ProcessRows.ALL);
    rows.addAll(StorageRows.ALL);
    rows.addAll(NetworkRows.ALL);
    rows.addAll(DiskRow.ALL);
    rows.addAll(StarvationRow.ALL);
    rows.addAll(MovingRows.ALL);
    rows.addAll(BehaviourRows.ALL);
    rows.sort(Comparator.comparingInt(Row::number));
    return List.copyOf(rows);
  }

  /** Arguments are those of {@code scripts/faults objects}. */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = options(args);
    boolean quick = options.containsKey("quick");
    List<Integer> wanted =
        options.containsKey("rows")
            ? Arrays.stream(options.getOrDefault("rows", "").split(","))
                .map(Integer::valueOf)
                .toList()
            : quick ? QUICK : ROWS.stream().map(Row::number).toList();
    Plan plan =
        new Plan(
            wanted,
            Integer.parseInt(
                options.getOrDefault("seconds", Integer.toString(quick ? QUICK_SECONDS : 60))),
            Integer.parseInt(options.getOrDefault("runs", "1")),
            Long.parseLong(
                options.getOrDefault("seed", Long.toString(System.currentTimeMillis() % 100_000))),
            Path.of(options.getOrDefault("directory", "target/faults")).toAbsolutePath());
    List<Result> results = new Suite(plan, System.out).run();
    if (options.containsKey("write")) {
      FaultsPage.write(Path.of("docs/faults.md"), plan, results);
    }
    System.exit(results.stream().allMatch(Result::fine) ? 0 : 1);
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new TreeMap<>();
    for (int i = 0; i < args.length; i++) {
      String name = args[i].replaceFirst("^--", "");
      boolean flag = i + 1 == args.length || args[i + 1].startsWith("--");
      options.put(name, flag ? "" : args[++i]);
    }
    return options;
  }

  /**
   * What is to be run.
   *
   * @param seconds of work in each run
   * @param seed of the first run; the next ones count on from it
   */
  record Plan(List<Integer> rows, int seconds, int runs, long seed, Path directory) {
    Plan {
      rows = List.copyOf(rows);
    }
  }
}
