package dev.weft.history;

import dev.weft.history.BankModel.Input;
import dev.weft.history.BankModel.Moved;
import dev.weft.history.BankModel.Output;
import dev.weft.history.BankModel.Transfer;
import dev.weft.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds out which transfers of unknown outcome were made, by what the accounts hold at the end.
 * Without that, {@link LinearizabilityChecker} tries them in all combinations at all places, and
 * twenty are too many for it. Balances do not depend on the order of transfers, so the combinations
 * that lead to the final ones are found first, which are few, and each is checked by itself.
 */
public final class BankOutcomes {
  /** Beyond it the combinations are not tried: the checker is left to decide. */
  private static final int MAX_UNKNOWN = 20;

  private static final int MAX_COMBINATIONS = 64;

  private final List<Operation<Input, Output>> history;
  private final long end;
  private final List<Operation<Input, Output>> unknown = new ArrayList<>();
  private final List<Set<String>> combinations = new ArrayList<>();
  private final Set<String> made = new HashSet<>();

  /** What is still missing of each account's final balance. */
  private final Map<String, Long> missing = new HashMap<>();

  private BankOutcomes(List<Operation<Input, Output>> history, long end) {
    this.history = history;
    this.end = end;
  }

  /**
   * The histories that a history may have been, given how it ended: in each, transfers of unknown
   * outcome were made (by the end) or never happened. None when nothing explains the final
   * balances; the history itself when there are too many to try.
   *
   * @param history of one object
   * @param opening balances at the start, of every account there is
   * @param closing balances when nothing was under way any more
   * @param end clock when these were read
   */
  public static List<List<Operation<Input, Output>>> of(
      List<Operation<Input, Output>> history,
      Map<String, Long> opening,
      Map<String, Long> closing,
      long end) {
    BankOutcomes outcomes = new BankOutcomes(history, end);
    return outcomes.possible(opening, closing);
  }

  private List<List<Operation<Input, Output>>> possible(
      Map<String, Long> opening, Map<String, Long> closing) {
    new TreeMap<>(closing)
        .forEach(
            (account, amount) -> missing.put(account, amount - opening.getOrDefault(account, 0L)));
    for (Operation<Input, Output> operation : history) {
      if (!(operation.input() instanceof Transfer transfer) || movesNothing(transfer)) {
        continue;
      }
      if (operation.outcome() == Outcome.UNKNOWN) {
        unknown.add(operation);
      } else if (operation.output() instanceof Moved(boolean moved) && moved) {
        move(transfer, 1);
      }
    }
    if (unknown.size() > MAX_UNKNOWN) {
      return List.of(history);
    }
    search(0);
    return combinations.size() > MAX_COMBINATIONS
        ? List.of(history)
        : combinations.stream().map(this::with).toList();
  }

  private static boolean movesNothing(Transfer transfer) {
    return transfer.amount() <= 0 || transfer.from().equals(transfer.to());
  }

  private void move(Transfer transfer, int times) {
    missing.merge(transfer.from(), times * transfer.amount(), Long::sum);
    missing.merge(transfer.to(), -times * transfer.amount(), Long::sum);
  }

  private void search(int next) {
    if (combinations.size() > MAX_COMBINATIONS) {
      return;
    }
    if (next == unknown.size()) {
      if (missing.values().stream().allMatch(amount -> amount == 0)) {
        combinations.add(Set.copyOf(made));
      }
      return;
    }
    search(next + 1);
    Operation<Input, Output> operation = unknown.get(next);
    Transfer transfer = (Transfer) operation.input();
    move(transfer, 1);
    made.add(operation.id());
    search(next + 1);
    made.remove(operation.id());
    move(transfer, -1);
  }

  /** The history in which these of the unknown transfers were made, and no others. */
  private List<Operation<Input, Output>> with(Set<String> happened) {
    return history.stream()
        .filter(
            operation ->
                operation.outcome() != Outcome.UNKNOWN || happened.contains(operation.id()))
        .map(operation -> happened.contains(operation.id()) ? made(operation) : operation)
        .toList();
  }

  private Operation<Input, Output> made(Operation<Input, Output> operation) {
    return new Operation<>(
        operation.id(),
        operation.object(),
        operation.input(),
        operation.invoked(),
        Math.max(end, operation.invoked()),
        Outcome.OK,
        new Moved(true));
  }
}
