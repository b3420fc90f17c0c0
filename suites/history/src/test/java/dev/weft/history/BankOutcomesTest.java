package dev.weft.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.history.BankModel.Amount;
import dev.weft.history.BankModel.Balance;
import dev.weft.history.BankModel.Input;
import dev.weft.history.BankModel.Output;
import dev.weft.history.BankModel.Transfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BankOutcomesTest {
  private static final List<String> ACCOUNTS = List.of("a", "b", "c", "d", "e", "f");
  private static final Map<String, Long> OPENING =
      Map.of("a", 1_000L, "b", 1_000L, "c", 1_000L, "d", 1_000L, "e", 1_000L, "f", 1_000L);
  private static final BankModel MODEL = new BankModel(OPENING);
  private static final int STEPS = 20_000;

  private final Random random = new Random(20_261_128);
  private final Told<Input, Output> told = new Told<>();
  private Map<String, Long> state = OPENING;
  private long time;

  @Test
  void aHistoryTooHardToSearchIsDecidedByWhatTheAccountsHold() {
    paused(16);
    List<Operation<Input, Output>> whole = withFinalReads(told.operations(), state);
    assertThat(check(whole)).isInstanceOf(Verdict.Undecided.class);
    List<List<Operation<Input, Output>>> possible =
        BankOutcomes.of(told.operations(), OPENING, state, time);
    assertThat(possible).isNotEmpty();
    assertThat(possible)
        .anySatisfy(
            history ->
                assertThat(check(withFinalReads(history, state)))
                    .isInstanceOf(Verdict.Linearizable.class));
  }

  @Test
  void balancesThatNoTransfersLeadToAreExplainedByNone() {
    paused(16);
    Map<String, Long> more = new TreeMap<>(state);
    more.merge("a", 100_000L, Long::sum);
    assertThat(BankOutcomes.of(told.operations(), OPENING, more, time)).isEmpty();
  }

  @Test
  void oneThatWasMadeButCouldNotHaveBeenIsStillRefused() {
    // Nobody has 5,000; the balances alone would allow it.
    told.unknown(1, new Transfer("a", "b", 5_000)).ok(2, 3, new Balance("a"), new Amount(1_000));
    Map<String, Long> closing = new TreeMap<>(OPENING);
    closing.put("a", -4_000L);
    closing.put("b", 6_000L);
    List<List<Operation<Input, Output>>> possible =
        BankOutcomes.of(told.operations(), OPENING, closing, 4);
    assertThat(possible).hasSize(1);
    assertThat(check(withFinalReads(possible.getFirst(), closing)))
        .isInstanceOf(Verdict.NotLinearizable.class);
  }

  @Test
  void tooManyUnknownOnesAreLeftToTheSearch() {
    paused(21);
    assertThat(BankOutcomes.of(told.operations(), OPENING, state, time))
        .containsExactly(told.operations());
  }

  /** Calls of a node that pauses, some of which are made while the others go on. */
  private void paused(int unknown) {
    List<Transfer> underWay = new ArrayList<>();
    for (int i = 0; i < unknown; i++) {
      Transfer transfer = transfer();
      told.unknown(++time, transfer);
      underWay.add(transfer);
    }
    for (int i = 0; i < 150; i++) {
      if (i % 10 == 9 && underWay.size() > unknown / 2) {
        state = MODEL.next(state, underWay.remove(random.nextInt(underWay.size())));
      }
      Input input = i % 3 == 0 ? new Balance(account()) : transfer();
      Output output = MODEL.result(state, input);
      state = MODEL.next(state, input);
      told.ok(++time, ++time, input, output);
    }
    time++;
  }

  private Transfer transfer() {
    String from = account();
    String to = account();
    return new Transfer(from, from.equals(to) ? "f" : to, 1 + random.nextInt(400));
  }

  private String account() {
    return ACCOUNTS.get(random.nextInt(5));
  }

  private List<Operation<Input, Output>> withFinalReads(
      List<Operation<Input, Output>> history, Map<String, Long> closing) {
    List<Operation<Input, Output>> all = new ArrayList<>(history);
    Told<Input, Output> reads = new Told<>();
    closing.forEach(
        (account, amount) ->
            reads.ok(time + 1, time + 1, new Balance(account), new Amount(amount)));
    all.addAll(reads.operations());
    return all;
  }

  private static Verdict check(List<Operation<Input, Output>> history) {
    return new LinearizabilityChecker<>(MODEL, STEPS, Duration.ofMinutes(1)).check(history);
  }
}
