package dev.weft.history;

import dev.weft.history.OrderSearch.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides whether a history is linearizable (Herlihy and Wing, 1990): whether each operation can be
 * given one instant between its call and its answer, so that done one after the other in that order
 * they answer what was seen.
 *
 * <p>The search is that of J. Wing and C. Gong, "Testing and verifying concurrent objects" (1993),
 * with the memory of G. Lowe, "Testing for linearizability" (2017): a set of operations and the
 * state they lead to are tried once. Objects are independent and searched one by one (locality).
 * Operations whose answer is unknown may be given any instant after their call, or none.
 *
 * <p>Searching is exponential at worst: in the operations under way at once, and in the unknown
 * ones that differ. Thousands of operations of sixteen callers are usually a matter of
 * milliseconds.
 *
 * <p>Stateless; may be shared.
 */
public final class LinearizabilityChecker<S, I, O> {
  private final SequentialModel<S, I, O> model;
  private final int maxSteps;
  private final Duration maxTime;

  /**
   * With limits that fit half a gigabyte of heap: a million steps an object, a hundred times what
   * minutes of faults have needed so far, and 30 s of the thread's CPU time an object.
   */
  public LinearizabilityChecker(SequentialModel<S, I, O> model) {
    this(model, 1_000_000, Duration.ofSeconds(30));
  }

  /**
   * With limits.
   *
   * @param maxSteps steps of the search for one object, each remembered
   * @param maxTime CPU time of the calling thread, which is a platform thread, for one object
   */
  public LinearizabilityChecker(SequentialModel<S, I, O> model, int maxSteps, Duration maxTime) {
    this.model = model;
    this.maxSteps = maxSteps;
    this.maxTime = maxTime;
  }

  /** Checks a history of any number of objects; a failure of one outweighs doubts about others. */
  public Verdict check(List<Operation<I, O>> operations) {
    Map<String, String> undecided = new TreeMap<>();
    for (Map.Entry<String, List<Operation<I, O>>> entry : History.byObject(operations).entrySet()) {
      switch (search(entry.getValue())) {
        case Result.Found<S, I, O> found -> {}
        case Result.None<S, I, O> none -> {
          Explanation<S, I, O> explanation = new Explanation<>(model, this::search);
          return new Verdict.NotLinearizable(
              entry.getKey(), explanation.of(entry.getKey(), entry.getValue(), none));
        }
        case Result.GivenUp<S, I, O> givenUp -> undecided.put(entry.getKey(), givenUp.reason());
      }
    }
    return undecided.isEmpty() ? new Verdict.Linearizable() : new Verdict.Undecided(undecided);
  }

  private Result<S, I, O> search(List<Operation<I, O>> operations) {
    return new OrderSearch<>(model, operations, maxSteps, maxTime).run();
  }
}
