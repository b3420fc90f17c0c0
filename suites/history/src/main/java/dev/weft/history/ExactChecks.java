package dev.weft.history;

import dev.weft.history.CounterModel.Add;
import dev.weft.history.ListModel.Append;
import dev.weft.history.ListModel.Index;
import dev.weft.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that need no search: they never give up, and name the operation that is wrong. They see
 * less than {@link LinearizabilityChecker}. Each takes the history of one object and what it held
 * at the end, when nothing was under way any more, and answers what is wrong, one sentence each.
 */
public final class ExactChecks {
  private ExactChecks() {}

  /**
   * A counter that is only added to, by positive amounts: every value answered is answered once,
   * and the end value lies between what was acknowledged and that plus what is unknown.
   */
  public static List<String> counter(
      List<Operation<CounterModel.Input, Long>> history, long finalValue) {
    List<String> wrong = new ArrayList<>();
    Map<Long, String> values = new HashMap<>();
    long acknowledged = 0;
    long unknown = 0;
    for (Operation<CounterModel.Input, Long> operation : history) {
      if (!(operation.input() instanceof Add(long amount))) {
        continue;
      }
      if (amount <= 0) {
        throw new IllegalArgumentException("not a positive amount: " + operation.describe());
      }
      Long value = operation.output();
      if (value != null) {
        acknowledged += amount;
        String other = values.put(value, operation.id());
        if (other != null) {
          wrong.add(
              "the value " + value + " was answered to #" + other + " and #" + operation.id());
        }
        if (value > finalValue) {
          wrong.add(operation.describe() + ", but the final value is " + finalValue);
        }
      } else if (operation.outcome() == Outcome.UNKNOWN) {
        unknown += amount;
      }
    }
    if (finalValue < acknowledged) {
      wrong.add(
          "final value " + finalValue + ", acknowledged " + acknowledged + ": writes are lost");
    }
    if (finalValue > acknowledged + unknown) {
      wrong.add(
          "final value %d, acknowledged %d, unknown %d: something took effect twice or in spite of its failure"
              .formatted(finalValue, acknowledged, unknown));
    }
    return wrong;
  }

  /**
   * A list with unique ids: an acknowledged id is there once, an unknown one at most once, a failed
   * one not at all; indexes answered are those of the end, since the list only grows; ids appended
   * one after the other stand in that order.
   */
  public static List<String> list(
      List<Operation<ListModel.Input, ListModel.Output>> history, List<String> finalList) {
    List<String> wrong = new ArrayList<>();
    Map<String, Operation<ListModel.Input, ListModel.Output>> appends = new HashMap<>();
    for (Operation<ListModel.Input, ListModel.Output> operation : history) {
      if (operation.input() instanceof Append(String id) && appends.put(id, operation) != null) {
        throw new IllegalArgumentException("appended more than once, so not unique: " + id);
      }
    }
    Set<String> present = new HashSet<>();
    @Nullable Operation<ListModel.Input, ListModel.Output> latest = null;
    for (int index = 0; index < finalList.size(); index++) {
      String id = finalList.get(index);
      Operation<ListModel.Input, ListModel.Output> append = appends.get(id);
      if (!present.add(id)) {
        wrong.add(id + " is there more than once");
      }
      if (append == null) {
        wrong.add(id + " was never appended");
        continue;
      }
      if (append.outcome() == Outcome.FAILED) {
        wrong.add(append.describe() + ", but it is there");
        continue;
      }
      if (append.output() instanceof Index(int answered) && answered != index) {
        wrong.add(append.describe() + ", but it is at " + index);
      }
      if (latest != null && append.precedes(latest)) {
        wrong.add(
            append.describe() + " was over before " + latest.describe() + ", but is behind it");
      }
      if (latest == null || append.invoked() > latest.invoked()) {
        latest = append;
      }
    }
    for (Operation<ListModel.Input, ListModel.Output> append : appends.values()) {
      if (append.outcome() == Outcome.OK
          && append.input() instanceof Append(String id)
          && !present.contains(id)) {
        wrong.add(append.describe() + ", but it is not there");
      }
    }
    return wrong;
  }
}
