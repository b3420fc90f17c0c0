package dev.weft.history;

import dev.weft.history.Operation.Outcome;
import dev.weft.history.OrderSearch.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Says why a history fails: the shortest beginning of it that does, and what happened around its
 * end.
 */
final class Explanation<S, I, O> {
  private static final int SHOWN = 8;

  private final SequentialModel<S, I, O> model;
  private final Function<List<Operation<I, O>>, Result<S, I, O>> search;

  Explanation(
      SequentialModel<S, I, O> model, Function<List<Operation<I, O>>, Result<S, I, O>> search) {
    this.model = model;
    this.search = search;
  }

  String of(String object, List<Operation<I, O>> history, Result.None<S, I, O> whole) {
    List<Long> answers =
        history.stream()
            .filter(operation -> operation.outcome() == Outcome.OK)
            .map(Operation::returned)
            .sorted()
            .toList();
    // Every beginning of a linearizable history is one as well, so the border can be halved in on.
    int low = 0;
    int high = answers.size() - 1;
    Result.None<S, I, O> failure = whole;
    while (low < high) {
      int middle = (low + high) / 2;
      if (search.apply(prefix(history, answers.get(middle))) instanceof Result.None<S, I, O> none) {
        high = middle;
        failure = none;
      } else {
        low = middle + 1;
      }
    }
    return text(object, history, answers.get(high), failure);
  }

  private List<Operation<I, O>> prefix(List<Operation<I, O>> history, long time) {
    return history.stream()
        .filter(operation -> operation.invoked() <= time)
        .map(operation -> operation.asOf(time))
        .toList();
  }

  private String text(
      String object, List<Operation<I, O>> history, long end, Result.None<S, I, O> failure) {
    List<Operation<I, O>> prefix = prefix(history, end);
    long zero = history.getFirst().invoked();
    StringBuilder text = new StringBuilder();
    text.append(object)
        .append(" is not linearizable: its first ")
        .append(prefix.size())
        .append(" of ")
        .append(history.size())
        .append(" operations have no order that explains every answer.\n");
    text.append("Without the last answer among them they have one, or none was found in time:\n");
    Set<String> answeredLater = new HashSet<>();
    history.stream()
        .filter(operation -> operation.outcome() == Outcome.OK && operation.returned() > end)
        .forEach(operation -> answeredLater.add(operation.id()));
    Set<String> placed = new HashSet<>();
    failure.longest().forEach(operation -> placed.add(operation.id()));
    for (Operation<I, O> operation : around(prefix, end)) {
      text.append(operation.returned() == end ? "  > " : "    ")
          .append(line(operation, answeredLater.contains(operation.id()), zero))
          .append('\n');
    }
    text.append("An order that goes as far as any ends in state ")
        .append(failure.state())
        .append(" after");
    int from = Math.max(0, failure.longest().size() - SHOWN);
    text.append(from > 0 ? " … " : " ");
    failure.longest().stream()
        .skip(from)
        .forEach(done -> text.append('#').append(done.id()).append(' '));
    text.append("\nand leaves, with what the object would have answered there:\n");
    prefix.stream()
        .filter(left -> left.outcome() == Outcome.OK && !placed.contains(left.id()))
        .limit(SHOWN)
        .forEach(
            left ->
                text.append("    ")
                    .append(left.describe())
                    .append(", expected ")
                    .append(model.result(failure.state(), left.input()))
                    .append('\n'));
    return text.toString();
  }

  /** The operation that ends at a time, those beside it, and some before. */
  private List<Operation<I, O>> around(List<Operation<I, O>> prefix, long end) {
    Operation<I, O> last =
        prefix.stream().filter(operation -> operation.returned() == end).findFirst().orElseThrow();
    List<Operation<I, O>> before = prefix.stream().filter(other -> other.precedes(last)).toList();
    List<Operation<I, O>> shown =
        new ArrayList<>(before.subList(Math.max(0, before.size() - SHOWN), before.size()));
    prefix.stream()
        .filter(
            other ->
                !other.precedes(last) && (other.id().equals(last.id()) || shown.size() < 4 * SHOWN))
        .forEach(shown::add);
    return shown;
  }

  private String line(Operation<I, O> operation, boolean underWay, long zero) {
    return (underWay
            ? "#" + operation.id() + " " + operation.input() + " under way"
            : operation.describe())
        + "  ["
        + (operation.invoked() - zero)
        + " .. "
        + (operation.returned() == Long.MAX_VALUE ? "" : operation.returned() - zero)
        + "]";
  }
}
