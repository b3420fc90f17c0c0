package dev.weft.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResultTest {
  private static final Row ROW = new Row(1, "none", "register", "I1", 3, false, run -> {});

  private final Result result = new Result(ROW, 7, 60);

  @Test
  void aRunInWhichNothingWasFoundIsAPass() {
    result.add(new Findings());

    assertThat(result.verdict()).isEqualTo("passed");
    assertThat(result.fine()).isTrue();
    assertThat(result.passed()).isTrue();
    assertThat(result.line()).contains("| passed |");
  }

  @Test
  void anObjectThatWasNotDecidedIsNoPassAndNoViolation() {
    result.add(new Findings());
    result.add(undecided("a", "b"));

    assertThat(result.verdict()).isEqualTo("undecided (2)");
    assertThat(result.fine()).isFalse();
    assertThat(result.passed()).isFalse();
    assertThat(result.violations()).isEmpty();
    assertThat(result.line()).contains("| **undecided (2)** |");
    assertThat(result.told()).startsWith("row 1: undecided (2);");
  }

  @Test
  void aViolationOutweighsWhatWasNotDecided() {
    result.add(undecided("a"));
    Findings found = new Findings();
    found.violation("lost");
    result.add(found);

    assertThat(result.verdict()).isEqualTo("FAILED (1)");
    assertThat(result.fine()).isFalse();
  }

  @Test
  void aRunThatBrokeDownFailed() {
    result.broken(new IllegalStateException("no database"));

    assertThat(result.verdict()).isEqualTo("FAILED (1)");
    assertThat(result.passed()).isFalse();
  }

  @Test
  void aRowThatCannotBeRunHereIsNoPassAndNoFailure() {
    result.notRun("no namespaces");

    assertThat(result.verdict()).isEqualTo("not run: no namespaces");
    assertThat(result.fine()).isTrue();
    assertThat(result.passed()).isFalse();
  }

  private static Findings undecided(String... objects) {
    Findings found = new Findings();
    for (String object : objects) {
      found.undecided(object, "more than 5 steps");
    }
    return found;
  }
}
