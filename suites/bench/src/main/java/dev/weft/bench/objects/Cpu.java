package dev.weft.bench.objects;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processor time of this process, of the database and of other processes that take part, user and
 * system (Linux).
 */
final class Cpu {
  /** Clock ticks a second; 100 on every Linux that Java runs on. */
  private static final double TICKS = 100;

  private static final OperatingSystemMXBean OWN =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final long postmaster;
  private final List<ProcessHandle> others = new ArrayList<>();

  /**
   * @param postmaster the database's first process
   */
  Cpu(long postmaster) {
    this.postmaster = postmaster;
  }

  /** Counts another process too, from now on. */
  void add(ProcessHandle other) {
    others.add(other);
  }

  void remove(ProcessHandle other) {
    others.remove(other);
  }

  /**
   * Seconds so far.
   *
   * @param own this process
   * @param database the server and its sessions, those that ended too
   * @param others the rest
   */
  record Seconds(double own, double database, double others) {
    Seconds minus(Seconds before) {
      return new Seconds(own - before.own, database - before.database, others - before.others);
    }

    double all() {
      return own + database + others;
    }
  }

  Seconds now() {
    double database =
        Stream.concat(
                Stream.of(postmaster),
                ProcessHandle.of(postmaster).stream()
                    .flatMap(ProcessHandle::descendants)
                    .map(ProcessHandle::pid))
            .mapToDouble(Cpu::withEnded)
            .sum();
    double rest = others.stream().mapToDouble(other -> withEnded(other.pid())).sum();
    return new Seconds(OWN.getProcessCpuTime() / 1e9, database, rest);
  }

  /** Of children of this process that have ended. */
  static double endedChildren() {
    return seconds(ProcessHandle.current().pid(), 13);
  }

  /** Of a process and of its children that have ended. */
  private static double withEnded(long pid) {
    return seconds(pid, 11);
  }

  /** From one of the four fields of the process table to the last: own user, own system, theirs. */
  private static double seconds(long pid, int from) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long ticks = 0;
      for (int i = from; i <= 14; i++) {
        ticks += Long.parseLong(fields[i]);
      }
      return ticks / TICKS;
    } catch (IOException gone) {
      return 0;
    }
  }
}
