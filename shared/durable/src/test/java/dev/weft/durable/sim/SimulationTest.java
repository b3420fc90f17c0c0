package dev.weft.durable.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Many seeded runs of the whole runtime under faults. {@code -Dweft.sim.seed=7} runs that one, and
 * {@code -Dweft.sim.seeds=100000} so many.
 */
final class SimulationTest {
  private static final int FIXED = 300;
  private static final Logger ALL =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  private final Level level = ALL.getLevel();

  /** A simulated thread that waits for the log's lock when its run ends would keep it for ever. */
  @BeforeEach
  void beQuiet() {
    ALL.setLevel(Level.OFF);
  }

  @AfterEach
  void speakAgain() {
    ALL.setLevel(level);
  }

  @Test
  void theSameSeedsAsEver() {
    Long seed = Long.getLong("weft.sim.seed");
    if (seed != null) {
      run(seed);
    } else {
      LongStream.range(0, Integer.getInteger("weft.sim.seeds", FIXED)).forEach(this::run);
    }
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
