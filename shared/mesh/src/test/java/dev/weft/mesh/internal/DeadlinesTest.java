package dev.weft.mesh.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private static final long LONG = Duration.ofHours(1).toNanos();
  private static final long SHORT = Duration.ofMillis(20).toNanos();

  /** Stands still unless a test moves it. */
  private final AtomicLong clock = new AtomicLong();

  private final Deadlines deadlines = new Deadlines(clock::get);

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
    Alarm alarm = armed(SHORT);
    clock.addAndGet(SHORT);
    assertThat(alarm.awaited()).isEqualTo("passed");
  }

  @Test
  void anEarlierDeadlineArmedLaterPassesFirst() throws Exception {
    Alarm later = armed(LONG);
    Alarm earlier = armed(SHORT);
    clock.addAndGet(SHORT);
    assertThat(earlier.awaited()).isEqualTo("passed");
    assertThat(later.told).isNotDone();
  }

  @Test
  void aDeadlineIsMetAlsoWhenAnEarlierOneWasDisarmed() throws Exception {
    Alarm first = armed(SHORT);
    Alarm second = armed(2 * SHORT);
    deadlines.disarm(first);
    clock.addAndGet(2 * SHORT);
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
  void oneThatIsArmedAgainHasTheLaterDeadline() throws Exception {
    Alarm alarm = armed(SHORT);
    deadlines.disarm(alarm);
    deadlines.arm(alarm, LONG);
    Alarm after = armed(2 * SHORT);
    clock.addAndGet(2 * SHORT);
    assertThat(after.awaited()).isEqualTo("passed");
    assertThat(alarm.told).isNotDone();
  }
}
