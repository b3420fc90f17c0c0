package dev.weft.bench.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The benchmark runs, and what it counts is what the database has. */
class ObjectsBenchIT {
  private static final Pattern SUMS =
      Pattern.compile(
          "Acknowledged turns, warm-up included: ([0-9,]+); failed: [0-9,]+; stored: ([0-9,]+)");

  @Test
  void whatIsCountedIsStored() throws IOException, InterruptedException {
    BenchSettings settings = new BenchSettings(1, 0.3, Set.of("turns", "hot"), false, false);
    String report = ObjectsBench.run(settings, Path.of("target"));
    Matcher sums = SUMS.matcher(report);
    assertThat(sums.find()).as(report).isTrue();
    // The run itself fails when the sums do not fit.
    assertThat(sums.group(1)).as(report).isNotEqualTo("0");
    assertThat(sums.group(2)).as(report).isNotEqualTo("0");
  }
}
