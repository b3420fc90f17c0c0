package dev.weft.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.history.CounterModel.Add;
import dev.weft.history.CounterModel.Get;
import dev.weft.history.ListModel.All;
import dev.weft.history.ListModel.Append;
import dev.weft.history.ListModel.Index;
import dev.weft.history.RegisterModel.CompareAndSet;
import dev.weft.history.RegisterModel.Done;
import dev.weft.history.RegisterModel.Read;
import dev.weft.history.RegisterModel.Value;
import dev.weft.history.RegisterModel.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class LinearizabilityCheckerTest {
  private static final Done SET = new Done(true);

  private final Told<RegisterModel.Input, RegisterModel.Output> register = new Told<>();
  private final Told<CounterModel.Input, Long> counter = new Told<>();
  private final Told<ListModel.Input, ListModel.Output> list = new Told<>();
  private final Told<BankModel.Input, BankModel.Output> bank = new Told<>();

  @Test
  void anEmptyHistoryPasses() {
    passes(new RegisterModel(), register);
  }

  @Test
  void aReadAfterAnAcknowledgedWriteSeesIt() {
    register.ok(1, 2, new Write(7), SET).ok(3, 4, new Read(), new Value(7));
    passes(new RegisterModel(), register);
  }

  @Test
  void aStaleReadAfterAnAcknowledgedWriteFails() {
    register.ok(1, 2, new Write(7), SET).ok(3, 4, new Read(), new Value(0));
    fails(new RegisterModel(), register);
  }

  @Test
  void aReadBesideAWriteMaySeeEither() {
    register
        .ok(1, 10, new Write(7), SET)
        .ok(2, 3, new Read(), new Value(0))
        .ok(4, 5, new Read(), new Value(7));
    passes(new RegisterModel(), register);
  }

  @Test
  void onceReadAWriteIsNotUnreadAgain() {
    register
        .ok(1, 10, new Write(7), SET)
        .ok(2, 3, new Read(), new Value(7))
        .ok(4, 5, new Read(), new Value(0));
    fails(new RegisterModel(), register);
  }

  @Test
  void operationsThatOverlapMayBeReordered() {
    register
        .ok(1, 5, new Write(1), SET)
        .ok(2, 6, new Write(2), SET)
        .ok(7, 8, new Read(), new Value(1));
    passes(new RegisterModel(), register);
  }

  @Test
  void operationsThatDoNotOverlapMayNotBeReordered() {
    register
        .ok(1, 2, new Write(1), SET)
        .ok(3, 4, new Write(2), SET)
        .ok(5, 6, new Read(), new Value(1));
    fails(new RegisterModel(), register);
  }

  @Test
  void aValueNeverWrittenFails() {
    register.ok(1, 2, new Write(1), SET).ok(3, 4, new Read(), new Value(9));
    fails(new RegisterModel(), register);
  }

  @Test
  void onlyOneOfTwoEqualCompareAndSetsSucceeds() {
    register
        .ok(1, 5, new CompareAndSet(0, 1), SET)
        .ok(2, 6, new CompareAndSet(0, 1), new Done(false));
    passes(new RegisterModel(), register);
    register.ok(3, 7, new CompareAndSet(0, 2), SET);
    fails(new RegisterModel(), register);
  }

  @Test
  void anUnknownWriteMayTakeEffectMuchLater() {
    register
        .unknown(1, new Write(7))
        .ok(2, 3, new Read(), new Value(0))
        .ok(4, 5, new Write(1), SET)
        .ok(6, 7, new Read(), new Value(1))
        .ok(8, 9, new Read(), new Value(7));
    passes(new RegisterModel(), register);
  }

  @Test
  void anUnknownWriteMayNeverTakeEffect() {
    register.unknown(1, new Write(7)).ok(2, 3, new Read(), new Value(0));
    passes(new RegisterModel(), register);
  }

  @Test
  void anUnknownWriteDoesNotTakeEffectBeforeItWasSent() {
    register.ok(1, 2, new Read(), new Value(7)).unknown(3, new Write(7));
    fails(new RegisterModel(), register);
  }

  @Test
  void anUnknownWriteTakesEffectOnceOnly() {
    register
        .unknown(1, new Write(7))
        .ok(2, 3, new Read(), new Value(7))
        .ok(4, 5, new Write(1), SET)
        .ok(6, 7, new Read(), new Value(7));
    fails(new RegisterModel(), register);
  }

  @Test
  void anUnknownAdditionCountsOnceNotTwice() {
    counter.unknown(1, new Add(5)).ok(2, 3, new Add(1), 6L);
    passes(new CounterModel(), counter);
    counter.ok(4, 5, new Get(), 11L);
    fails(new CounterModel(), counter);
  }

  @Test
  void twoEqualUnknownAdditionsMayCountTwice() {
    counter.unknown(1, new Add(5)).unknown(4, new Add(5)).ok(5, 6, new Get(), 10L);
    passes(new CounterModel(), counter);
  }

  @Test
  void ofTwoEqualUnknownAdditionsTheLaterDoesNotServeAnEarlierAnswer() {
    counter.unknown(1, new Add(5)).ok(2, 3, new Get(), 10L).unknown(4, new Add(5));
    fails(new CounterModel(), counter);
  }

  @Test
  void anOperationThatFailedForSureHasNoEffect() {
    counter.failed(1, 2, new Add(5)).ok(3, 4, new Get(), 0L);
    passes(new CounterModel(), counter);
    counter.ok(5, 6, new Get(), 5L);
    fails(new CounterModel(), counter);
  }

  @Test
  void aLostUpdateFails() {
    counter.ok(1, 4, new Add(1), 1L).ok(2, 5, new Add(1), 1L);
    fails(new CounterModel(), counter);
  }

  @Test
  void anAcknowledgedAdditionThatIsGoneLaterFails() {
    counter.ok(1, 2, new Add(1), 1L).ok(3, 4, new Add(1), 2L).ok(5, 6, new Add(1), 2L);
    fails(new CounterModel(), counter);
  }

  @Test
  void appendsAnswerIndexesOrTheList() {
    list.ok(1, 4, new Append("a"), new Index(1))
        .ok(2, 5, new Append("b"), new All(List.of("b")))
        .unknown(3, new Append("c"))
        .ok(6, 7, new ListModel.Read(), new All(List.of("b", "a", "c")));
    passes(new ListModel(), list);
    list.ok(8, 9, new ListModel.Read(), new All(List.of("b", "a")));
    fails(new ListModel(), list);
  }

  @Test
  void listsWithTheSameItemsInAnotherOrderDiffer() {
    list.ok(1, 2, new Append("a"), new Index(0))
        .ok(3, 4, new Append("b"), new Index(1))
        .ok(5, 6, new ListModel.Read(), new All(List.of("b", "a")));
    fails(new ListModel(), list);
  }

  @Test
  void moneyIsNeitherMadeNorSpentTwice() {
    BankModel model = new BankModel(Map.of("a", 10L, "b", 0L));
    bank.ok(1, 4, new BankModel.Transfer("a", "b", 7), new BankModel.Moved(true))
        .ok(2, 5, new BankModel.Transfer("a", "b", 7), new BankModel.Moved(false))
        .ok(3, 6, new BankModel.Total(), new BankModel.Amount(10))
        .ok(7, 8, new BankModel.Balance("b"), new BankModel.Amount(7));
    passes(model, bank);
    bank.ok(9, 10, new BankModel.Total(), new BankModel.Amount(3));
    fails(model, bank);
  }

  @Test
  void objectsAreJudgedEachByItself() {
    History<RegisterModel.Input, RegisterModel.Output> history = new History<>(ticks());
    history.invoke("a", new Write(1)).ok(SET);
    history.invoke("b", new Read()).ok(new Value(0));
    assertThat(new LinearizabilityChecker<>(new RegisterModel()).check(history.operations()))
        .isInstanceOf(Verdict.Linearizable.class);
    history.invoke("b", new Read()).ok(new Value(1));
    assertThat(new LinearizabilityChecker<>(new RegisterModel()).check(history.operations()))
        .isInstanceOfSatisfying(
            Verdict.NotLinearizable.class, verdict -> assertThat(verdict.object()).isEqualTo("b"));
  }

  @Test
  void theExplanationStopsAtTheFirstAnswerThatDoesNotFit() {
    for (int i = 0; i < 40; i++) {
      register.ok(10 * i, 10 * i + 5, new Write(i), SET);
    }
    register.ok(400, 402, new Read(), new Value(38)).ok(401, 409, new Read(), new Value(39));
    for (int i = 41; i < 80; i++) {
      register.ok(10 * i, 10 * i + 5, new Write(i), SET);
    }
    Verdict verdict =
        new LinearizabilityChecker<>(new RegisterModel()).check(register.operations());
    assertThat(verdict).isInstanceOf(Verdict.NotLinearizable.class);
    assertThatThrownBy(verdict::orFail)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("its first 42 of 81 operations")
        .hasMessageContaining("> #41 Read[] -> Value[value=38]")
        .hasMessageContaining("expected Value[value=39]")
        .hasMessageContaining("#40 Write[value=39]")
        .hasMessageContaining("#42 Read[] under way")
        .hasMessageNotContaining("#43");
  }

  @Test
  void aSearchThatReachesItsLimitIsNoPass() {
    for (int i = 0; i < 24; i++) {
      register.ok(i, 100 + i, new Write(i), SET);
    }
    register.ok(200, 201, new Read(), new Value(99));
    Verdict verdict =
        new LinearizabilityChecker<>(new RegisterModel(), 1000, Duration.ofMinutes(1))
            .check(register.operations());
    assertThat(verdict).isEqualTo(new Verdict.Undecided(Map.of("it", "more than 1000 steps")));
    assertThatThrownBy(verdict::orFail).hasMessageContaining("undecided");
  }

  @Test
  void everyObjectThatIsNotDecidedIsNamedAndNoOther() {
    List<Operation<RegisterModel.Input, RegisterModel.Output>> all = new ArrayList<>();
    for (String object : List.of("hard", "easy", "harder")) {
      int writes = object.equals("easy") ? 1 : 24;
      for (int i = 0; i < writes; i++) {
        all.add(operation(object, i, 100 + i, new Write(i), SET));
      }
      all.add(operation(object, 200, 201, new Read(), new Value(writes == 1 ? 0 : 99)));
    }
    Verdict verdict =
        new LinearizabilityChecker<>(new RegisterModel(), 1000, Duration.ofMinutes(1)).check(all);
    assertThat(verdict)
        .isEqualTo(
            new Verdict.Undecided(
                Map.of("hard", "more than 1000 steps", "harder", "more than 1000 steps")));
  }

  private static Operation<RegisterModel.Input, RegisterModel.Output> operation(
      String object,
      long invoked,
      long returned,
      RegisterModel.Input input,
      RegisterModel.Output output) {
    return new Operation<>(
        object + invoked, object, input, invoked, returned, Operation.Outcome.OK, output);
  }

  private static LongSupplier ticks() {
    return new AtomicLong()::incrementAndGet;
  }

  private static <S, I, O> void passes(SequentialModel<S, I, O> model, Told<I, O> told) {
    assertThat(new LinearizabilityChecker<>(model).check(told.operations()))
        .isInstanceOf(Verdict.Linearizable.class);
  }

  private static <S, I, O> void fails(SequentialModel<S, I, O> model, Told<I, O> told) {
    assertThat(new LinearizabilityChecker<>(model).check(told.operations()))
        .isInstanceOf(Verdict.NotLinearizable.class);
  }
}
