package dev.weft.bench.objects;

import dev.weft.durable.Stub;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Durable turns in one process, against a transaction a turn and against the bare database: many
 * objects, one hot object, and reads.
 */
final class TurnBench {
  private static final String AT_64 = "weft, 64 objects, one call each";
  private static final String ONE_STATEMENT = "a transaction a turn, 64 objects, one statement";
  private static final String TRANSACTION = "a transaction a turn, 64 objects, BEGIN … COMMIT";
  private static final String HOT = "weft, one hot object, 1,024 calls on their way";
  private static final String READS = "weft, 64 objects, reads only";

  private final BenchSettings settings;
  private final Plant plant;
  private final Load load;
  private final List<Contender> subjects = new ArrayList<>();
  private final List<Loaded> writers = new ArrayList<>();

  TurnBench(BenchSettings settings, Plant plant) {
    this.settings = settings;
    this.plant = plant;
    this.load = new Load(plant.vertx, Plant.EVENT_LOOPS);
  }

  String run() throws IOException {
    StringBuilder out = new StringBuilder();
    try (OneByOne statement = new OneByOne(plant, "s", 64);
        OneByOne transaction = new OneByOne(plant, "t", 64)) {
      if (settings.wants("turns")) {
        boxes(AT_64, "turns-64-", 64);
        subjects.add(new Loaded(plant, load, ONE_STATEMENT, 64, statement::statement));
        subjects.add(new Loaded(plant, load, TRANSACTION, 64, transaction::transaction));
      }
      if (settings.wants("batches")) {
        boxes("weft, 1 object, one call", "turns-1-", 1);
        boxes("weft, 1,024 objects, one call each", "turns-1024-", 1_024);
      }
      if (settings.wants("hot")) {
        hot("weft, one hot object, 64 calls on their way", "hot-64", 64);
        hot(HOT, "hot-1024", 1_024);
      }
      if (settings.wants("reads")) {
        List<Stub<Box>> stubs = stubs("turns-64-", 64);
        subjects.add(new Loaded(plant, load, READS, 64, lane -> stubs.get(lane).call(Box::value)));
      }
      if (settings.wants("pgbench")) {
        Optional<String> program = PgBench.program();
        if (program.isPresent()) {
          subjects.addAll(PgBench.both(plant, program.get()));
        } else {
          out.append("pgbench: not measured, the program is not on this machine.\n\n");
        }
      }
      if (subjects.isEmpty()) {
        return "";
      }
      Rounds rounds = Rounds.run(settings, subjects);
      out.append("\n### Turns in one process\n\n").append(rounds.table("turn"));
      out.append('\n').append(verdicts(rounds)).append(durable());
      if (settings.profile()) {
        Contender first = subjects.getFirst();
        System.out.println("Profile of " + first.name() + ", this process only");
        System.out.println(CpuProfile.of(() -> first.round(2 * settings.seconds())));
      }
    }
    return out.toString();
  }

  /** Objects with one call each on its way. */
  private void boxes(String name, String prefix, int count) {
    List<Stub<Box>> stubs = stubs(prefix, count);
    add(new Loaded(plant, load, name, count, lane -> stubs.get(lane).call(box -> box.add(1))));
  }

  /** One object with many calls on their way, through a stub for each event loop. */
  private void hot(String name, String object, int calls) {
    List<Stub<Box>> stubs =
        IntStream.range(0, Plant.EVENT_LOOPS)
            .mapToObj(_ -> plant.objects.stub(Box.BOXES, object))
            .toList();
    add(
        new Loaded(
            plant,
            load,
            name,
            calls,
            lane -> stubs.get(lane % stubs.size()).call(box -> box.add(1))));
  }

  private void add(Loaded writer) {
    writers.add(writer);
    subjects.add(writer);
  }

  private List<Stub<Box>> stubs(String prefix, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> plant.objects.stub(Box.BOXES, prefix + i))
        .toList();
  }

  private static String verdicts(Rounds rounds) {
    Verdicts verdicts = new Verdicts();
    if (rounds.has(AT_64)) {
      List<Round> turns = rounds.of(AT_64);
      double cpu = ResultTable.median(turns, Round::cpuMillis);
      double statement = ResultTable.median(rounds.of(ONE_STATEMENT), Round::cpuMillis);
      double transaction = ResultTable.median(rounds.of(TRANSACTION), Round::cpuMillis);
      verdicts.atMost("share of the CPU of BEGIN … COMMIT a turn", cpu / transaction, 0.2);
      verdicts.atMost("share of the CPU of one statement a turn", cpu / statement, 0.2);
      verdicts.atMost("CPU ms a turn", cpu, 0.05);
      verdicts.atLeast(
          "turns/s at 64 objects", ResultTable.median(turns, Round::perSecond), 30_000);
      verdicts.atMost("p50 ms at 64 objects", ResultTable.median(turns, Round::p50Millis), 3);
    }
    if (rounds.has(HOT)) {
      verdicts.atLeast(
          "turns/s of one hot object",
          ResultTable.median(rounds.of(HOT), Round::perSecond),
          20_000);
    }
    return verdicts.toString();
  }

  /** Whether what was acknowledged is what is stored. */
  private String durable() {
    long answered = writers.stream().mapToLong(Loaded::succeeded).sum();
    long failed = writers.stream().mapToLong(Loaded::failed).sum();
    long stored = plant.storedSum(Box.BOXES, "turns-") + plant.storedSum(Box.BOXES, "hot-");
    if (writers.isEmpty()) {
      return "";
    }
    if (stored < answered || stored > answered + failed) {
      throw new IllegalStateException(
          ResultTable.format(
              "%d turns were acknowledged, %d failed, %d are stored", answered, failed, stored));
    }
    return ResultTable.format(
        "%nAcknowledged turns, warm-up included: %,d; failed: %,d; stored: %,d.%n",
        answered, failed, stored);
  }
}
