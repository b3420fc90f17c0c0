package dev.weft.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What became of a row, over all its runs. */
final class Result {
  private final Row row;
  private final long seed;
  private final int seconds;
  private final Map<String, Integer> faults = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private final List<String> undecided = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private String notRun = "";
  private int runs;
  private long operations;

  Result(Row row, long seed, int seconds) {
    this.row = row;
    this.seed = seed;
    this.seconds = seconds;
  }

  Row row() {
    return row;
  }

  void add(Findings run) {
    runs++;
    operations += run.operations();
    run.faults().forEach((fault, count) -> faults.merge(fault, count, Integer::sum));
    violations.addAll(run.violations());
    undecided.addAll(run.undecided());
    notes.addAll(run.notes());
  }

  /** It cannot be run here. */
  void notRun(String why) {
    notRun = why;
  }

  void broken(Throwable failure) {
    violations.add("the run itself failed: " + failure);
  }

  /** Whether nothing speaks against it; a row that was not run is no pass. */
  boolean fine() {
    return violations.isEmpty() && undecided.isEmpty();
  }

  boolean passed() {
    return fine() && notRun.isEmpty();
  }

  List<String> violations() {
    return violations;
  }

  List<String> undecided() {
    return undecided;
  }

  String verdict() {
    if (!notRun.isEmpty()) {
      return "not run: " + notRun;
    }
    if (!violations.isEmpty()) {
      return "FAILED (" + violations.size() + ")";
    }
    return undecided.isEmpty() ? "passed" : "undecided (" + undecided.size() + ")";
  }

  String command() {
    return "scripts/faults objects --rows %d --seconds %d --runs %d --seed %d"
        .formatted(row.number(), seconds, Math.max(1, runs), seed);
  }

  String faultsText() {
    return faults.isEmpty()
        ? "–"
        : faults.entrySet().stream()
            .map(entry -> entry.getValue() + " × " + entry.getKey())
            .collect(Collectors.joining("; "));
  }

  String notesText() {
    return String.join("; ", notes);
  }

  /** A line of the table. */
  String line() {
    return String.format(
        Locale.ROOT,
        "| %d | %s | %s | %s | %d × %d s | %,d | %s | %s%s | %d | `%s` |%n",
        row.number(),
        row.fault(),
        row.workload(),
        row.invariant(),
        runs,
        seconds,
        operations,
        faultsText(),
        passed() ? verdict() : "**" + verdict() + "**",
        notes.isEmpty() ? "" : "; " + notesText(),
        seed,
        command());
  }

  /** For the terminal. */
  String told() {
    return String.format(
        Locale.ROOT,
        "row %d: %s; seed %d, %d runs of %d s, %,d operations; faults: %s%s",
        row.number(),
        verdict(),
        seed,
        runs,
        seconds,
        operations,
        faultsText(),
        notes.isEmpty() ? "" : "; " + notesText());
  }
}
