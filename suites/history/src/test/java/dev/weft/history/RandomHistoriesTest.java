package dev.weft.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.history.BankModel.Amount;
import dev.weft.history.BankModel.Moved;
import dev.weft.history.ListModel.All;
import dev.weft.history.ListModel.Append;
import dev.weft.history.ListModel.Index;
import dev.weft.history.RegisterModel.CompareAndSet;
import dev.weft.history.RegisterModel.Done;
import dev.weft.history.RegisterModel.Value;
import dev.weft.history.RegisterModel.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RandomHistoriesTest {
  private static final int SEEDS = 60;

  @Test
  void goodHistoriesOfARegisterPassAndBadOnesAreCaught() {
    judge(
        new RegisterModel(),
        RandomHistoriesTest::registerInput,
        output ->
            switch (output) {
              case Value(long value) -> new Value(value + 1);
              case Done(boolean set) -> new Done(!set);
            });
  }

  @Test
  void goodHistoriesOfACounterPassAndBadOnesAreCaught() {
    judge(
        new CounterModel(),
        (random, n) ->
            random.nextInt(4) == 0
                ? new CounterModel.Get()
                : new CounterModel.Add(1 + random.nextInt(9)),
        output -> output + 1);
  }

  @Test
  void goodHistoriesOfAListPassAndBadOnesAreCaught() {
    judge(
        new ListModel(),
        (random, n) -> random.nextInt(3) == 0 ? new ListModel.Read() : new Append("i" + n),
        output ->
            switch (output) {
              case Index(int index) -> new Index(index + 1);
              case All(List<String> ids) -> ids.size() < 2 ? null : new All(swapped(ids));
            });
  }

  @Test
  void goodHistoriesOfABankPassAndBadOnesAreCaught() {
    judge(
        new BankModel(Map.of("a", 100L, "b", 100L, "c", 100L)),
        RandomHistoriesTest::bankInput,
        output ->
            switch (output) {
              case Amount(long amount) -> new Amount(amount - 1);
              case Moved(boolean moved) -> null;
            });
  }

  @Test
  void thousandsOfOperationsOfSixteenCallersAreDecidedQuickly() {
    long start = System.nanoTime();
    for (int seed = 0; seed < 3; seed++) {
      assertThat(
              new LinearizabilityChecker<>(new RegisterModel())
                  .check(
                      RandomHistory.of(
                          new RegisterModel(),
                          RandomHistoriesTest::registerInput,
                          seed,
                          16,
                          5000,
                          50)))
          .isInstanceOf(Verdict.Linearizable.class);
    }
    // A bound for noticing that the search has become exponential, not a measurement.
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
  }

  private static <S, I, O> void judge(
      SequentialModel<S, I, O> model,
      BiFunction<Random, Integer, I> inputs,
      Function<O, @Nullable O> change) {
    LinearizabilityChecker<S, I, O> checker = new LinearizabilityChecker<>(model);
    int caught = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      List<Operation<I, O>> good = RandomHistory.of(model, inputs, seed, 2 + seed % 6, 120, 20);
      assertThat(checker.check(good)).as("seed %d", seed).isInstanceOf(Verdict.Linearizable.class);
      if (checker.check(RandomHistory.corrupted(good, seed, change))
          instanceof Verdict.NotLinearizable) {
        caught++;
      }
    }
    // A few changes make another history that is right as well.
    assertThat(caught).isGreaterThanOrEqualTo(SEEDS * 9 / 10);
  }

  private static RegisterModel.Input registerInput(Random random, int n) {
    return switch (random.nextInt(5)) {
      case 0, 1 -> new Write(1000 + 10L * n);
      case 2 -> new CompareAndSet(random.nextInt(3), 1 + random.nextInt(3));
      default -> new RegisterModel.Read();
    };
  }

  private static BankModel.Input bankInput(Random random, int n) {
    return switch (random.nextInt(4)) {
      case 0 -> new BankModel.Total();
      case 1 -> new BankModel.Balance(account(random));
      default -> new BankModel.Transfer(account(random), account(random), random.nextInt(60));
    };
  }

  private static String account(Random random) {
    return List.of("a", "b", "c").get(random.nextInt(3));
  }

  private static List<String> swapped(List<String> ids) {
    List<String> other = new ArrayList<>(ids);
    other.set(0, ids.get(1));
    other.set(1, ids.get(0));
    return other;
  }
}
