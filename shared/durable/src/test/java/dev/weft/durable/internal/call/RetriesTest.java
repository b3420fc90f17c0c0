package dev.weft.durable.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.Outcome;
import dev.weft.contracts.Reason;
import dev.weft.contracts.WeftError;
import dev.weft.durable.internal.ObjectErrors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Calls are made again soon at first, and never more seldom than four times a second. */
final class RetriesTest {
  private static final WeftError LOST =
      WeftError.of("object:reset", Reason.UNAVAILABLE, "lost").withOutcome(Outcome.NOT_EXECUTED);

  private static LongStream pauses(int attempts, WeftError error) {
    return LongStream.range(0, 200).map(_ -> Retries.pauseMillis(attempts, error));
  }

  @Test
  void pausesGrowUpToABound() {
    assertThat(pauses(1, LOST)).allMatch(pause -> pause >= 2 && pause <= 4);
    assertThat(pauses(3, LOST)).allMatch(pause -> pause >= 8 && pause <= 16);
    for (int attempts : new int[] {5, 10, 25}) {
      assertThat(pauses(attempts, LOST)).allMatch(pause -> pause >= 16 && pause <= 32);
    }
    for (int attempts : new int[] {26, 63, 64, 1_000, Integer.MAX_VALUE}) {
      assertThat(pauses(attempts, LOST)).allMatch(pause -> pause >= 125 && pause <= 250);
    }
  }

  @Test
  void onlyTheFirstRedirectionIsFollowedAtOnce() {
    WeftError moved = LOST.withDetail(ObjectErrors.OWNER, "another node");
    assertThat(pauses(1, moved)).containsOnly(0L);
    assertThat(pauses(2, moved)).allMatch(pause -> pause >= 4);
  }
}
