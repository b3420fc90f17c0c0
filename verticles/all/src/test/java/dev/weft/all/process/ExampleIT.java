package dev.weft.all.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of docs/examples, one of which the README shows. */
class ExampleIT {
  private static final Path EXAMPLE = WeftProcess.HOME.resolve("docs/examples/Counter.java");

  private static final Path REMINDER = WeftProcess.HOME.resolve("docs/examples/Reminder.java");

  @Test
  void theCounterCountsOnAtItsNextStart(@TempDir Path folder) throws Exception {
    for (int visit = 1; visit <= 2; visit++) {
      try (WeftProcess process = WeftProcess.weft(folder, Map.of(), "run", EXAMPLE.toString())) {
        assertThat(process.awaitExit(Duration.ofMinutes(2))).as(process.err().toString()).isZero();
        assertThat(process.firstLine(Duration.ofSeconds(2))).isEqualTo("visit " + visit);
      }
    }
  }

  @Test
  void theReminderIsToldAlsoOfWhatWasSetBefore(@TempDir Path folder) throws Exception {
    for (int run = 1; run <= 2; run++) {
      try (WeftProcess process = WeftProcess.weft(folder, Map.of(), "run", REMINDER.toString())) {
        assertThat(process.awaitExit(Duration.ofMinutes(2))).as(process.err().toString()).isZero();
        assertThat(process.firstLine(Duration.ofSeconds(2))).isEqualTo("told: water the plants");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "README.zh.md"})
  void theReadmeShowsTheProgramAsItIs(String readme) throws IOException {
    assertThat(Files.readString(WeftProcess.HOME.resolve(readme)))
        .contains("```java\n" + Files.readString(EXAMPLE).strip() + "\n```");
  }
}
