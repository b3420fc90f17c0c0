package dev.weft.bench.objects;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * How the benchmark is to run.
 *
 * @param only names of the parts to run; empty for all
 * @param write whether the report goes into docs/performance.md
 * @param profile whether to say where processor time goes
 */
public record BenchSettings(
    int rounds, double seconds, Set<String> only, boolean write, boolean profile) {

  public BenchSettings {
    only = Set.copyOf(only);
  }

  /** From the command line. */
  static BenchSettings of(String... args) {
    int rounds = 5;
    double seconds = 4;
    Set<String> only = new LinkedHashSet<>();
    boolean write = false;
    boolean profile = false;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--rounds" -> rounds = Integer.parseInt(args[++i]);
        case "--seconds" -> seconds = Double.parseDouble(args[++i]);
        case "--only" -> only.addAll(Arrays.asList(args[++i].split(",")));
        case "--write" -> write = true;
        case "--profile" -> profile = true;
        default -> throw new IllegalArgumentException("unknown argument " + args[i]);
      }
    }
    return new BenchSettings(rounds, seconds, only, write, profile);
  }

  /** Fewer objects where a run is to be short. */
  int scaled(int count) {
    return seconds < 1 ? Math.max(100, count / 50) : count;
  }

  boolean wants(String part) {
    return only.isEmpty() || only.contains(part);
  }

  /** A JVM that has not compiled its hot code says nothing about itself. */
  double warmUpSeconds() {
    return Math.max(1, 2.5 * seconds);
  }
}
