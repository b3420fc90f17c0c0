package dev.weft.bench.objects;

import dev.weft.durable.ProcessTag;
import dev.weft.durable.Stub;
import dev.weft.mesh.FreePorts;
import dev.weft.postgres.DatabaseUrl;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long objects are away when their process stops in good order, and when it is killed: two
 * processes host them, this one calls all of them all the time.
 */
final class Failover implements AutoCloseable {
  private static final int OBJECTS = 200;
  private static final int MOST_ROUNDS = 5;
  private static final String PREFIX = "moving-";
  private static final long SETTLE_MILLIS = 1_500;
  private static final long LONGEST_MILLIS = 20_000;

  private final Plant plant;
  private final List<Integer> ports;
  private final String clusterName;
  private final ClusterNode caller;
  private final Deque<PeerProcess> hosts = new ArrayDeque<>();
  private final Pulse pulse;
  private int started = 1;

  /** What ends a process. */
  private enum End {
    HAND_OVER,
    KILLED,
    KILLED_AND_REPORTED
  }

  private Failover(Plant plant, int processes) {
    this.plant = plant;
    ports = FreePorts.find(processes + 1);
    clusterName = "bench-" + ports.getFirst();
    caller = new ClusterNode(plant.server.url(), clusterName, ports);
    startHost();
    startHost();
    List<Stub<Box>> stubs =
        IntStream.range(0, OBJECTS)
            .mapToObj(i -> caller.objects.stub(Box.CLUSTERED, PREFIX + i))
            .toList();
    pulse = new Pulse(caller.vertx, stubs);
  }

  static String run(BenchSettings settings, Plant plant) throws InterruptedException {
    int rounds = Math.min(MOST_ROUNDS, settings.rounds());
    Verdicts verdicts = new Verdicts();
    StringBuilder table = new StringBuilder();
    try (Failover failover = new Failover(plant, 2 + rounds * End.values().length)) {
      for (End end : End.values()) {
        List<Double> away = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
          away.addAll(failover.end(end));
        }
        double[] millis = away.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double p99 = quantile(millis, 0.99);
        table.append(
            ResultTable.format(
                "| %s | %d | %.0f | %.0f | %.0f |%n",
                nameOf(end), millis.length, quantile(millis, 0.5), p99, quantile(millis, 1)));
        switch (end) {
          case HAND_OVER -> verdicts.atMost("hand-over p99 ms", p99, 250);
          case KILLED -> verdicts.atMost("crash p99 ms", p99, 6_000);
          case KILLED_AND_REPORTED -> verdicts.atMost("crash with supervisor p99 ms", p99, 2_000);
        }
      }
      failover.pulse.close();
      Thread.sleep(SETTLE_MILLIS);
      failover.check();
      return ResultTable.format(
              "%n### Objects that move%n%n%d objects on two processes, each called again %d ms"
                  + " after it answered; from the last answer of the old process to the first of"
                  + " the new one.%n%n| | objects moved | p50 ms | p99 ms | longest ms |%n"
                  + "|---|--:|--:|--:|--:|%n",
              OBJECTS, Pulse.PACE_MILLIS)
          + table
          + "\n"
          + verdicts
          + ResultTable.format(
              "%nAnswered %,d, failed %,d (outcome unknown to the caller).%n",
              failover.pulse.succeeded(), failover.pulse.failed());
    }
  }

  private static String nameOf(End end) {
    return switch (end) {
      case HAND_OVER -> "process stops (hand-over)";
      case KILLED -> "kill -9, found out by the lease";
      case KILLED_AND_REPORTED -> "kill -9, reported by the supervisor";
    };
  }

  private void startHost() {
    List<Integer> own = new ArrayList<>(ports);
    own.addFirst(own.remove(started++));
    PeerProcess peer = PeerProcess.start(plant.server.url(), clusterName, own);
    String ignored = peer.order("host");
    hosts.add(peer);
  }

  /** Ends the process that has been there longest; answers how long its objects were away. */
  private List<Double> end(End how) throws InterruptedException {
    Thread.sleep(SETTLE_MILLIS);
    PeerProcess victim = hosts.remove();
    List<Integer> moved = objectsOf(victim);
    pulse.mark();
    switch (how) {
      case HAND_OVER -> {
        String ignored = victim.order("drain");
      }
      case KILLED -> victim.kill();
      case KILLED_AND_REPORTED -> {
        victim.kill();
        report(victim);
      }
    }
    long ended = System.nanoTime();
    for (int object : moved) {
      while (!pulse.hasAnsweredSince(object, ended)) {
        if (System.nanoTime() - ended > LONGEST_MILLIS * 1_000_000) {
          throw new IllegalStateException(PREFIX + object + " has not come back");
        }
        Thread.sleep(5);
      }
    }
    Thread.sleep(SETTLE_MILLIS);
    List<Double> away = moved.stream().map(pulse::longestMillis).toList();
    victim.close();
    startHost();
    return away;
  }

  private List<Integer> objectsOf(PeerProcess peer) {
    List<Integer> objects = new ArrayList<>();
    for (Row row :
        plant
            .database
            .poolOf(Plant.SCHEMA)
            .preparedQuery(
                "SELECT o.name FROM do_object o JOIN do_node n ON n.incarnation = o.owner"
                    + " WHERE n.tag = $1 AND o.namespace = $2 AND starts_with(o.name, $3)")
            .execute(Tuple.of(peer.tag(), Box.CLUSTERED.name(), PREFIX))
            .await()) {
      objects.add(Integer.valueOf(row.getString(0).substring(PREFIX.length())));
    }
    return objects;
  }

  /** As the supervisor does when it has seen a process end. */
  private void report(PeerProcess victim) {
    DatabaseUrl url = plant.server.url();
    try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties())) {
      int ignored = ProcessTag.hasEnded(connection, victim.tag());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void check() {
    long stored = plant.storedSum(Box.CLUSTERED, PREFIX);
    if (stored < pulse.succeeded() || stored > pulse.succeeded() + pulse.failed()) {
      throw new IllegalStateException(
          ResultTable.format(
              "%d turns were acknowledged, %d failed, %d are stored",
              pulse.succeeded(), pulse.failed(), stored));
    }
  }

  private static double quantile(double[] sorted, double quantile) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.min(sorted.length - 1, (int) (quantile * sorted.length))];
  }

  @Override
  public void close() {
    pulse.close();
    hosts.forEach(PeerProcess::close);
    caller.close();
  }
}
