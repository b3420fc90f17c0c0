package dev.weft.durable.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.durable.model.Explorer.Result;
import dev.weft.durable.model.State.Left;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The protocol breaks no rule in any state that can be reached within the bounds, and does as soon
 * as any part of it is left out.
 */
class ProtocolModelTest {
  private static final int TTL = 1;

  /** Enough for a lease to run out and be renewed in time or too late. */
  private static final int LAST_TIME = 2;

  @Test
  void noRuleIsBrokenWhenNodesPauseCrashAndReturn() {
    Result result = pass(false, new Left(2, 1, 1, 2, 1, 0));
    happened(
        result,
        "is refused a renewal",
        "hears that it is dead",
        "is reported dead by its supervisor",
        "starts as a new incarnation",
        "is granted epoch 2",
        "commit '12' is written",
        "commit '1' is fenced off",
        "finds that it was fenced",
        "refuses to answer its read",
        "answers its read with '12'",
        "nobody's commit '1' is written");
  }

  @Test
  void noRuleIsBrokenWhenAnswersOfTheDatabaseAreLost() {
    Result result = pass(false, new Left(2, 1, 0, 2, 1, 1));
    happened(
        result,
        "loses its connection",
        "finds its commit made",
        "finds its commit not made and sends it again",
        "hears that its commit missed",
        "nobody's commit '1' is written");
  }

  @Test
  void noRuleIsBrokenWhenManyAnswersAreLost() {
    pass(false, new Left(2, 0, 0, 2, 1, 2));
  }

  @Test
  void noRuleIsBrokenWhenReadsConfirmTheirEpochInsteadOfALease() {
    pass(true, new Left(2, 2, 0, 2, 1, 0));
  }

  @Test
  void noRuleIsBrokenWhenTheObjectMovesThereAndBack() {
    Result result = pass(false, new Left(1, 1, 1, 3, 1, 0));
    happened(result, "is granted epoch 3", "answers its read with '1'");
  }

  @Test
  void noRuleIsBrokenWhenALeaseLastsLonger() {
    pass(new Rules(Bug.NONE, false, 2, 4, new Left(1, 1, 1, 2, 0, 0)));
  }

  /** Everything at once: a minute, so on request. */
  @Test
  @EnabledIfSystemProperty(named = "weft.model", matches = "large")
  void noRuleIsBrokenWithinLargeBounds() {
    pass(false, new Left(2, 1, 1, 2, 1, 1));
    pass(false, new Left(3, 0, 0, 2, 1, 2));
    pass(false, new Left(2, 2, 1, 2, 1, 0));
    pass(true, new Left(2, 2, 0, 3, 1, 1));
  }

  static Stream<Arguments> planted() {
    return Stream.of(
        Arguments.of(Bug.FENCE_WITHOUT_LOCK, new Left(1, 0, 0, 2, 0, 0), "I1", 10),
        Arguments.of(Bug.CLAIM_READS_OLD_SNAPSHOT, new Left(2, 0, 0, 2, 0, 0), "I1", 17),
        Arguments.of(Bug.NO_LEASE_CHECK, new Left(1, 1, 0, 2, 0, 0), "I3", 16),
        Arguments.of(Bug.DEADLINE_FROM_ACKNOWLEDGEMENT, new Left(1, 1, 1, 2, 0, 0), "I3", 19),
        Arguments.of(Bug.NO_OUTPUT_GATE, new Left(1, 0, 0, 1, 0, 0), "I2", 4),
        Arguments.of(Bug.NO_OUTPUT_GATE_FOR_READS, new Left(1, 1, 0, 1, 0, 0), "I2", 6),
        Arguments.of(Bug.MISS_TAKEN_FOR_COMMIT, new Left(1, 0, 0, 2, 0, 0), "I2", 11),
        Arguments.of(Bug.NO_SEQUENCE_CHECK, new Left(1, 0, 0, 1, 0, 1), "I1", 10),
        Arguments.of(Bug.BURIAL_ON_OLD_SNAPSHOT, new Left(1, 1, 1, 2, 0, 0), "I3", 20),
        Arguments.of(Bug.CLAIM_WITHOUT_BURIAL, new Left(1, 1, 1, 2, 0, 0), "I3", 18),
        Arguments.of(Bug.DEATH_REPORTED_TOO_SOON, new Left(1, 1, 0, 2, 0, 0), "I3", 14),
        Arguments.of(Bug.RENEWAL_REVIVES, new Left(0, 0, 1, 0, 0, 0), "I8", 5));
  }

  @ParameterizedTest
  @MethodSource("planted")
  void aPlantedBugIsFound(Bug bug, Left bounds, String rule, int steps) {
    Rules rules = new Rules(bug, false, TTL, LAST_TIME, bounds);
    Result result = new Explorer(rules).explore();
    System.out.println(bug + ": " + result.describe());
    assertThat(result.broken()).as(result.describe()).startsWith(rule);
    assertThat(result.trace()).as(result.describe()).hasSize(steps);
    // Taking states for one has hidden no shorter way.
    assertThat(new Explorer(rules, state -> state).explore().trace()).hasSize(steps);
    // The bounds alone break nothing.
    pass(false, bounds);
  }

  @ParameterizedTest
  @EnumSource(Bug.class)
  void everyBugIsPlanted(Bug bug) {
    assertThat(planted().map(arguments -> arguments.get()[0]).anyMatch(bug::equals))
        .isEqualTo(bug != Bug.NONE);
  }

  private static Result pass(boolean strict, Left bounds) {
    return pass(new Rules(Bug.NONE, strict, TTL, LAST_TIME, bounds));
  }

  private static Result pass(Rules rules) {
    Result result = new Explorer(rules).explore();
    System.out.println(rules + ": " + result.describe());
    assertThat(result.broken()).as(result.describe()).isNull();
    return result;
  }

  /** By either node: a model in which little happens breaks no rule either. */
  private static void happened(Result result, String... actions) {
    for (String action : actions) {
      assertThat(result.actions()).as(action).anyMatch(done -> done.endsWith(action));
    }
  }
}
