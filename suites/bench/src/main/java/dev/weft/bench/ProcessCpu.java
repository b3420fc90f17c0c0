package dev.weft.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** CPU time and memory of a process and its descendants, from the process table (Linux). */
final class ProcessCpu {
  /** Clock ticks a second; 100 on every Linux that Java runs on. */
  private static final double TICKS = 100;

  private final ProcessHandle root;

  ProcessCpu(ProcessHandle root) {
    this.root = root;
  }

  /** Seconds so far. Descendants that have ended are counted through their parents. */
  double seconds() {
    return Stream.concat(Stream.of(root), root.descendants())
        .mapToDouble(process -> seconds(process.pid()))
        .sum();
  }

  private static double seconds(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    } catch (IOException gone) {
      return 0;
    }
  }

  /**
   * Memory of all, in MB: their proportional set sizes, in which a page that several processes
   * share counts once.
   */
  double pssMegabytes() {
    return Stream.concat(Stream.of(root), root.descendants())
        .mapToDouble(process -> pss(process.pid()))
        .sum();
  }

  private static double pss(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
          .sum();
    } catch (IOException | UncheckedIOException gone) {
      return 0;
    }
  }
}
