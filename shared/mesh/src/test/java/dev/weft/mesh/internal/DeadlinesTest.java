package dev.weft.mesh.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private static final long LONG = Duration.ofHours(1).toNanos();
  private static final long SHORT = Duration.ofMillis(20).toNanos();

  private final Deadlines deadlines = new Deadlines();

  private static final class Alarm extends Deadlines.Entry {
    final CompletableFuture<String> told = new CompletableFuture<>();

    @Override
    void passed() {
      told.complete("passed");
    }

    @Override
    void stopped() {
      told.complete("stopped");
    }

    String awaited() throws ExecutionException, InterruptedException, TimeoutException {
      return told.get(20, TimeUnit.SECONDS);
    }
  }

  private Alarm armed(long nanos) {
    Alarm alarm = new Alarm();
    assertThat(deadlines.arm(alarm, nanos)).isTrue();
    return alarm;
  }

  @AfterEach
  void stop() {
    deadlines.stop();
  }

  @Test
  void aDeadlinePasses() throws Exception {
    assertThat(armed(SHORT).awaited()).isEqualTo("passed");
  }

  @Test
  void anEarlierDeadlineArmedLaterPassesFirst() throws Exception {
    Alarm later = armed(LONG);
    assertThat(armed(SHORT).awaited()).isEqualTo("passed");
    assertThat(later.told).isNotDone();
  }

  @Test
  void aDeadlineIsMetAlsoWhenAnEarlierOneWasDisarmed() throws Exception {
    Alarm first = armed(SHORT);
    Alarm second = armed(2 * SHORT);
    deadlines.disarm(first);
    assertThat(second.awaited()).isEqualTo("passed");
    assertThat(first.told).isNotDone();
  }

  @Test
  void aDisarmedOneIsNotToldOfAStop() throws Exception {
    Alarm kept = armed(LONG);
    Alarm disarmed = armed(LONG);
    deadlines.disarm(disarmed);
    deadlines.stop();
    assertThat(kept.awaited()).isEqualTo("stopped");
    assertThat(disarmed.told).isNotDone();
    assertThat(deadlines.arm(new Alarm(), LONG)).isFalse();
  }

  @Test
  void oneThatIsArmedAgainHasTheLaterDeadline() {
    Alarm alarm = armed(SHORT);
    deadlines.disarm(alarm);
    deadlines.arm(alarm, LONG);
    Alarm after = armed(2 * SHORT);
    assertThatThrownBy(
            () -> CompletableFuture.allOf(after.told, alarm.told).get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(after.told).isCompletedWithValue("passed");
    assertThat(alarm.told).isNotDone();
  }
}
