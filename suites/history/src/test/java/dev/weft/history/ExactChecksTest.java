package dev.weft.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.history.CounterModel.Add;
import dev.weft.history.ListModel.Append;
import dev.weft.history.ListModel.Index;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExactChecksTest {
  private final Told<CounterModel.Input, Long> counter =
      new Told<CounterModel.Input, Long>()
          .ok(1, 2, new Add(1), 1L)
          .unknown(3, new Add(1))
          .failed(4, 5, new Add(1))
          .ok(6, 7, new Add(1), 2L);

  private final Told<ListModel.Input, ListModel.Output> list =
      new Told<ListModel.Input, ListModel.Output>()
          .ok(1, 2, new Append("a"), new Index(0))
          .unknown(3, new Append("b"))
          .failed(4, 5, new Append("c"))
          .ok(6, 7, new Append("d"), new Index(1));

  @Test
  void aCounterMayEndAnywhereBetweenKnownAndPossible() {
    assertThat(ExactChecks.counter(counter.operations(), 2)).isEmpty();
    assertThat(ExactChecks.counter(counter.operations(), 3)).isEmpty();
  }

  @Test
  void aCounterThatEndsBelowWhatWasAcknowledgedLostSomething() {
    assertThat(ExactChecks.counter(counter.operations(), 1))
        .contains("final value 1, acknowledged 2: writes are lost");
  }

  @Test
  void aCounterThatEndsAboveWhatIsPossibleDidSomethingTwice() {
    assertThat(ExactChecks.counter(counter.operations(), 4))
        .singleElement()
        .asString()
        .contains("twice");
  }

  @Test
  void aValueAnsweredTwiceIsFound() {
    counter.ok(8, 9, new Add(1), 2L);
    assertThat(ExactChecks.counter(counter.operations(), 3))
        .containsExactly("the value 2 was answered to #4 and #5");
  }

  @Test
  void aListMayHaveTheUnknownOrNot() {
    assertThat(ExactChecks.list(list.operations(), List.of("a", "d"))).isEmpty();
    assertThat(ExactChecks.list(list.operations(), List.of("a", "d", "b"))).isEmpty();
  }

  @Test
  void anAcknowledgedIdThatIsMissingIsFound() {
    assertThat(ExactChecks.list(list.operations(), List.of("a")))
        .singleElement()
        .asString()
        .contains("not there");
  }

  @Test
  void anIdThatIsThereTwiceIsFound() {
    assertThat(ExactChecks.list(list.operations(), List.of("a", "d", "b", "b")))
        .containsExactly("b is there more than once");
  }

  @Test
  void anIdThatFailedOrWasNeverSentIsFound() {
    assertThat(ExactChecks.list(list.operations(), List.of("a", "d", "c", "x"))).hasSize(2);
  }

  @Test
  void anIdAtAnotherIndexThanAnsweredIsFound() {
    assertThat(ExactChecks.list(list.operations(), List.of("a", "b", "d")))
        .singleElement()
        .asString()
        .contains("but it is at 2");
  }

  @Test
  void idsAppendedOneAfterTheOtherKeepTheirOrder() {
    Told<ListModel.Input, ListModel.Output> told =
        new Told<ListModel.Input, ListModel.Output>()
            .ok(1, 2, new Append("a"), new ListModel.All(List.of("a")))
            .ok(3, 4, new Append("b"), new ListModel.All(List.of("a", "b")));
    assertThat(ExactChecks.list(told.operations(), List.of("b", "a")))
        .singleElement()
        .asString()
        .contains("is behind it");
  }
}
