package dev.weft.history;

import dev.weft.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Histories of a model that really was run one call at a time: callers send, the object executes at
 * some later point, the answer arrives later still or gets lost. So they are right by construction.
 */
final class RandomHistory<S, I, O> {
  private final Random random;
  private final List<Operation<I, O>> done = new ArrayList<>();
  private final List<Under<I, O>> lost = new ArrayList<>();
  private S state;
  private long time;

  private static final class Under<I, O> {
    final I input;
    final long invoked;
    final String id;
    @Nullable O output;

    Under(String id, I input, long invoked) {
      this.id = id;
      this.input = input;
      this.invoked = invoked;
    }

    Operation<I, O> end(long returned, Outcome outcome) {
      return new Operation<>(
          id, "it", input, invoked, returned, outcome, outcome == Outcome.OK ? output : null);
    }
  }

  private RandomHistory(Random random, S initial) {
    this.random = random;
    this.state = initial;
  }

  /** A good history; one call in {@code lossy} is never answered, one in {@code lossy} refused. */
  static <S, I, O> List<Operation<I, O>> of(
      SequentialModel<S, I, O> model,
      BiFunction<Random, Integer, I> inputs,
      long seed,
      int callers,
      int operations,
      int lossy) {
    RandomHistory<S, I, O> history = new RandomHistory<>(new Random(seed), model.initial());
    history.run(model, inputs, callers, operations, lossy);
    return history.done.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList();
  }

  private void run(
      SequentialModel<S, I, O> model,
      BiFunction<Random, Integer, I> inputs,
      int callers,
      int operations,
      int lossy) {
    List<Under<I, O>> under = new ArrayList<>();
    for (int sent = 0; sent < operations || !under.isEmpty(); time++) {
      if (sent < operations && under.size() < callers && random.nextInt(3) == 0) {
        under.add(new Under<>(Integer.toString(sent), inputs.apply(random, sent), time));
        sent++;
      } else if (!lost.isEmpty() && random.nextInt(50) == 0) {
        execute(model, lost.remove(random.nextInt(lost.size())));
      } else if (!under.isEmpty()) {
        int which = random.nextInt(under.size());
        Under<I, O> call = under.get(which);
        if (call.output == null && random.nextInt(lossy) == 0) {
          under.remove(which);
          boolean refused = random.nextBoolean();
          done.add(
              call.end(
                  refused ? time : Long.MAX_VALUE, refused ? Outcome.FAILED : Outcome.UNKNOWN));
          if (!refused) {
            lost.add(call);
          }
        } else if (call.output == null) {
          execute(model, call);
        } else {
          under.remove(which);
          done.add(call.end(time, Outcome.OK));
        }
      }
    }
  }

  private void execute(SequentialModel<S, I, O> model, Under<I, O> call) {
    call.output = model.result(state, call.input);
    state = model.next(state, call.input);
  }

  /** The same with one answer changed. */
  static <I, O> List<Operation<I, O>> corrupted(
      List<Operation<I, O>> history, long seed, Function<O, @Nullable O> change) {
    Random random = new Random(seed);
    List<Operation<I, O>> changed = new ArrayList<>(history);
    while (true) {
      int which = random.nextInt(changed.size());
      Operation<I, O> was = changed.get(which);
      O output = was.output();
      O other = output == null ? null : change.apply(output);
      if (other != null) {
        changed.set(
            which,
            new Operation<>(
                was.id(),
                was.object(),
                was.input(),
                was.invoked(),
                was.returned(),
                was.outcome(),
                other));
        return changed;
      }
    }
  }
}
