package dev.weft.faults;

import dev.weft.faults.NodeWire.Work;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** One run of a row: its schedule of faults, what was done, and what was found. For one thread. */
final class Run extends Findings {
  private static final int OBJECTS = 200;
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Cluster cluster;
  private final String prefix;
  private final long seed;
  private final int seconds;
  private final Random random;
  private long endNanos;

  Run(Cluster cluster, String prefix, long seed, int seconds) {
    this.cluster = cluster;
    this.prefix = prefix;
    this.seed = seed;
    this.seconds = seconds;
    this.random = new Random(seed);
  }

  Cluster cluster() {
    return cluster;
  }

  String prefix() {
    return prefix;
  }

  int seconds() {
    return seconds;
  }

  Random random() {
    return random;
  }

  /** A node that hosts objects. */
  int anyHost() {
    return random.nextInt(cluster.hosts());
  }

  // ---- work

  /** Work of the usual size. */
  Work work(String workload) {
    return work(workload, OBJECTS, 6);
  }

  /** Work on so many objects by so many callers on each node. */
  Work work(String workload, int objects, int callers) {
    return new Work(workload, prefix, objects, callers, 25, TIMEOUT_MILLIS, seed, "");
  }

  /** Begins work on all nodes. */
  void begin(Work work) throws Exception {
    begin(work, true);
  }

  /** Begins work on all nodes, or only on the one that is never harmed. */
  void begin(Work work, boolean everywhere) throws Exception {
    cluster.begin(work, everywhere);
    endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  /** Whether there is time for a fault that takes so long, and work after it. */
  boolean timeFor(long millis) {
    return endNanos - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Works on undisturbed until the end of the run, then waits for the callers. */
  void finish() throws Exception {
    long left = endNanos - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
    cluster.end();
    addOperations(cluster.calls());
  }

  void pause(long minMillis, long maxMillis) throws InterruptedException {
    Thread.sleep(minMillis + random.nextLong(Math.max(1, maxMillis - minMillis)));
  }
}
