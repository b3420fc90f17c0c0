package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** CPU time of a process and its descendants, user and system, from the process table (Linux). */
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

  /** Resident memory of all, in MB. */
  double residentMegabytes() {
    return Stream.concat(Stream.of(root), root.descendants())
        .mapToDouble(process -> resident(process.pid()))
        .sum();
  }

  private static double resident(long pid) {
    try {
      String[] fields = Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ");
      return Long.parseLong(fields[1]) * 4096 / 1e6;
    } catch (IOException gone) {
      return 0;
    }
  }
}
