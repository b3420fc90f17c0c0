package dev.weft.durable.sim;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many seeded runs of the whole runtime under faults. {@code -Dweft.sim.seed=7} runs that one, and
 * {@code -Dweft.sim.seeds=100000} so many.
 */
final class SimulationTest {
  private static final int FIXED = 60;
  private static final long RANDOM_NANOS = 2_000_000_000L;

  @Test
  void theSameSeedsAsEver() {
    Long seed = Long.getLong("weft.sim.seed");
    if (seed != null) {
      run(seed);
    } else {
      LongStream.range(0, Integer.getInteger("weft.sim.seeds", FIXED)).forEach(this::run);
    }
  }

  @Test
  void seedsNeverTriedBefore() {
    SplittableRandom random = new SplittableRandom();
    long began = System.nanoTime();
    int runs = 0;
    while (System.nanoTime() - began < RANDOM_NANOS) {
      run(random.nextLong());
      runs++;
    }
    System.out.printf("%d simulations in %d s%n", runs, RANDOM_NANOS / 1_000_000_000L);
  }

  private void run(long seed) {
    Simulation simulation = new Simulation(seed);
    try {
      simulation.run();
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError(
          "seed %d: %s%n%s%nreplay: mvn -pl shared/durable -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dweft.sim.seed=%d"
              .formatted(
                  seed, failure.getMessage(), String.join("\n", simulation.world.trace()), seed),
          failure);
    }
  }
}
