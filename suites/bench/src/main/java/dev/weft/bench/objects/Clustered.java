package dev.weft.bench.objects;

import dev.weft.mesh.FreePorts;
import java.util.List;

/** The same turns called from another process, over the bus of a cluster on loopback. */
final class Clustered {
  private static final int OBJECTS = 64;
  private static final String NAME = "weft, 64 objects, called from another process";

  /** Runs it with a host in this process and the callers in another. */
  static String run(BenchSettings settings, Plant plant) {
    List<Integer> ports = FreePorts.find(2);
    String name = "bench-" + ports.getFirst();
    try (ClusterNode host = new ClusterNode(plant.server.url(), name, ports);
        PeerProcess caller = PeerProcess.start(plant.server.url(), name, ports.reversed());
        OneByOne baseline = new OneByOne(plant, "c", OBJECTS)) {
      host.host();
      plant.cpu.add(caller.process());
      RemoteLoad remote = new RemoteLoad(plant, caller);
      Load load = new Load(plant.vertx, Plant.EVENT_LOOPS);
      String statement = "a transaction a turn, 64 objects, one statement";
      Rounds rounds =
          Rounds.run(
              settings,
              List.of(remote, new Loaded(plant, load, statement, OBJECTS, baseline::statement)));
      plant.cpu.remove(caller.process());
      long stored = plant.storedSum(Box.CLUSTERED, "remote-");
      if (stored < remote.succeeded || stored > remote.succeeded + remote.failed) {
        throw new IllegalStateException(
            remote.succeeded + " turns were acknowledged, " + stored + " are stored");
      }
      Verdicts verdicts = new Verdicts();
      verdicts.atMost(
          "share of the CPU of one statement a turn",
          ResultTable.median(rounds.of(NAME), Round::cpuMillis)
              / ResultTable.median(rounds.of(statement), Round::cpuMillis),
          0.2);
      return "\n### Turns called from another process\n\n" + rounds.table("turn") + "\n" + verdicts;
    }
  }

  private static final class RemoteLoad implements Contender {
    private final Plant plant;
    private final PeerProcess caller;
    private long succeeded;
    private long failed;

    RemoteLoad(Plant plant, PeerProcess caller) {
      this.plant = plant;
      this.caller = caller;
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Round round(double seconds) {
      Cpu.Seconds before = plant.cpu.now();
      String[] answer = caller.order("load remote- " + OBJECTS + " " + seconds).split(" ");
      Cpu.Seconds cpu = plant.cpu.now().minus(before);
      long count = Long.parseLong(answer[0]);
      int failures = Integer.parseInt(answer[1]);
      succeeded += count;
      failed += failures;
      double each = 1e3 / Math.max(1, count);
      return new Round(
          count,
          failures,
          "",
          Double.parseDouble(answer[2]),
          Double.parseDouble(answer[3]),
          Double.parseDouble(answer[4]),
          cpu.own() * each,
          cpu.database() * each,
          cpu.others() * each,
          Double.NaN,
          Double.NaN);
    }
  }

  private Clustered() {}
}
