package dev.weft.all.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackOffTest {
  private final BackOff backOff = new BackOff();

  @Test
  void theDelayDoublesUpToABound() {
    Duration shortLife = Duration.ofSeconds(1);
    assertThat(backOff.after(shortLife)).isEqualTo(Duration.ofMillis(500));
    assertThat(backOff.after(shortLife)).isEqualTo(Duration.ofSeconds(1));
    for (int i = 0; i < 10; i++) {
      backOff.after(shortLife);
    }
    assertThat(backOff.after(shortLife)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aLongLifeForgivesEarlierDeaths() {
    backOff.after(Duration.ofSeconds(1));
    backOff.after(Duration.ofSeconds(1));
    assertThat(backOff.after(Duration.ofMinutes(2))).isEqualTo(Duration.ofMillis(500));
  }
}
