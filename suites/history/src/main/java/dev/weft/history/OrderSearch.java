package dev.weft.history;

import dev.weft.history.Operation.Outcome;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One search for an order of the operations of one object; used once. */
final class OrderSearch<S, I, O> {
  /** How it ended. */
  sealed interface Result<S, I, O> {
    record Found<S, I, O>() implements Result<S, I, O> {}

    /**
     * No order explains all answers.
     *
     * @param longest an order that explains as many as possible
     * @param state where that order leads
     */
    record None<S, I, O>(List<Operation<I, O>> longest, S state) implements Result<S, I, O> {}

    record GivenUp<S, I, O>(String reason) implements Result<S, I, O> {}
  }

  /** The thread's own time: what is decided must not depend on what else a machine does. */
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private final SequentialModel<S, I, O> model;
  private final int maxSteps;
  private final Duration maxTime;

  /** Answered ones in the order they were sent; bits number them. Failed ones never happened. */
  private final List<Operation<I, O>> answered = new ArrayList<>();

  private final List<Operation<I, O>> unknown = new ArrayList<>();

  /** For each unknown one the nearest earlier one with the same input, or -1. */
  private final int[] twin;

  private final long[] answeredDone;
  private final long[] unknownDone;
  private final List<Frame<S>> path = new ArrayList<>();
  private int left;

  /**
   * A point on the path of the search.
   *
   * @param choices what may come next: an index of {@code answered}, or {@code ~index} of {@code
   *     unknown}
   */
  private static final class Frame<S> {
    final S state;
    final int[] choices;
    final int arrivedBy;
    int tried;

    Frame(S state, int[] choices, int arrivedBy) {
      this.state = state;
      this.choices = choices;
      this.arrivedBy = arrivedBy;
    }
  }

  OrderSearch(
      SequentialModel<S, I, O> model,
      List<Operation<I, O>> operations,
      int maxSteps,
      Duration maxTime) {
    this.model = model;
    this.maxSteps = maxSteps;
    this.maxTime = maxTime;
    for (Operation<I, O> operation : operations) {
      if (operation.outcome() == Outcome.OK) {
        answered.add(operation);
      } else if (operation.outcome() == Outcome.UNKNOWN) {
        unknown.add(operation);
      }
    }
    Comparator<Operation<I, O>> bySending = Comparator.comparingLong(Operation::invoked);
    answered.sort(bySending);
    unknown.sort(bySending);
    answeredDone = new long[(answered.size() + 63) / 64];
    unknownDone = new long[(unknown.size() + 63) / 64];
    left = answered.size();
    twin = new int[unknown.size()];
    Map<I, Integer> latest = new HashMap<>();
    for (int i = 0; i < twin.length; i++) {
      Integer before = latest.put(unknown.get(i).input(), i);
      twin[i] = before == null ? -1 : before;
    }
  }

  Result<S, I, O> run() {
    Memo<S> memo = new Memo<>();
    long start = CPU.getCurrentThreadCpuTime();
    int steps = 0;
    int fewestLeft = left + 1;
    Result<S, I, O> best = new Result.None<>(List.of(), model.initial());
    enter(model.initial(), Integer.MAX_VALUE);
    while (left > 0) {
      Frame<S> frame = path.getLast();
      if (frame.tried == frame.choices.length) {
        if (left < fewestLeft) {
          // Only where the search turns back: copying the order on the way there would be
          // quadratic.
          fewestLeft = left;
          best = new Result.None<>(order(), frame.state);
        }
        path.removeLast();
        if (path.isEmpty()) {
          return best;
        }
        toggle(frame.arrivedBy);
        continue;
      }
      int choice = frame.choices[frame.tried++];
      S next = model.next(frame.state, operation(choice).input());
      toggle(choice);
      if (!memo.add(answeredDone, unknownDone, next)) {
        toggle(choice);
        continue;
      }
      enter(next, choice);
      if (++steps > maxSteps) {
        return new Result.GivenUp<>("more than " + maxSteps + " steps");
      }
      if (steps % 256 == 0 && CPU.getCurrentThreadCpuTime() - start > maxTime.toNanos()) {
        return new Result.GivenUp<>("more than " + maxTime.toMillis() + " ms");
      }
    }
    return new Result.Found<>();
  }

  private void enter(S state, int arrivedBy) {
    path.add(new Frame<>(state, choices(state), arrivedBy));
  }

  private Operation<I, O> operation(int choice) {
    return choice >= 0 ? answered.get(choice) : unknown.get(~choice);
  }

  private void toggle(int choice) {
    if (choice >= 0) {
      left += done(answeredDone, choice) ? 1 : -1;
      answeredDone[choice / 64] ^= 1L << choice;
    } else {
      unknownDone[~choice / 64] ^= 1L << ~choice;
    }
  }

  private static boolean done(long[] bits, int index) {
    return (bits[index / 64] & 1L << index) != 0;
  }

  private List<Operation<I, O>> order() {
    return path.stream().skip(1).map(frame -> operation(frame.arrivedBy)).toList();
  }

  /** What may come next: whatever was sent before the first answer still to be explained. */
  private int[] choices(S state) {
    int[] choices = new int[16];
    int count = 0;
    long firstAnswer = Long.MAX_VALUE;
    for (int i = firstOpen(); i < answered.size(); i++) {
      Operation<I, O> operation = answered.get(i);
      if (operation.invoked() > firstAnswer) {
        break;
      }
      if (done(answeredDone, i)) {
        continue;
      }
      firstAnswer = Math.min(firstAnswer, operation.returned());
      O output = Objects.requireNonNull(operation.output());
      if (!model.allows(state, operation.input(), output)) {
        continue;
      }
      if (model.next(state, operation.input()).equals(state)) {
        // It changes nothing and fits here: any order that has it later may have it now.
        return new int[] {i};
      }
      choices = count == choices.length ? Arrays.copyOf(choices, 2 * count) : choices;
      choices[count++] = i;
    }
    // Unknown ones last: most orders need few of them.
    for (int i = 0; i < twin.length && unknown.get(i).invoked() <= firstAnswer; i++) {
      // Of equal ones the earliest sent does whatever a later one could; and one that changes
      // nothing
      // might as well not have happened.
      if (done(unknownDone, i)
          || (twin[i] >= 0 && !done(unknownDone, twin[i]))
          || model.next(state, unknown.get(i).input()).equals(state)) {
        continue;
      }
      choices = count == choices.length ? Arrays.copyOf(choices, 2 * count) : choices;
      choices[count++] = ~i;
    }
    return Arrays.copyOf(choices, count);
  }

  private int firstOpen() {
    int word = 0;
    while (word < answeredDone.length && answeredDone[word] == -1L) {
      word++;
    }
    return word == answeredDone.length
        ? answered.size()
        : word * 64 + Long.numberOfTrailingZeros(~answeredDone[word]);
  }
}
