package dev.weft.faults;

import dev.weft.bench.PerformancePage;
import dev.weft.faults.FaultsMain.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The page that a run writes: its table, and the rest as people wrote it. */
final class FaultsPage {
  private static final String NAME = "objects";
  private static final String HEAD =
      """

      | # | Fault | Workload | Invariant | Runs | Operations | Faults injected | Verdict | Seed | Again |
      |--:|---|---|---|---|--:|---|---|--:|---|
      """;

  /** Puts the rows that were run in place of what the page said of them. */
  static void write(Path page, Plan plan, List<Result> results) throws IOException {
    Map<Integer, String> lines = new TreeMap<>();
    if (Files.exists(page)) {
      for (String line : Files.readAllLines(page)) {
        if (line.matches("\\| \\d+ \\|.*")) {
          lines.put(Integer.valueOf(line.split("\\|", 3)[1].strip()), line + "\n");
        }
      }
    }
    results.forEach(result -> lines.put(result.row().number(), result.line()));
    List<String> text = new ArrayList<>();
    text.add(HEAD);
    text.addAll(lines.values());
    PerformancePage.replace(page, NAME, String.join("", text));
  }

  private FaultsPage() {}
}
