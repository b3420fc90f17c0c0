package dev.weft.faults;

import dev.weft.history.BankModel;
import dev.weft.history.BankOutcomes;
import dev.weft.history.CounterModel;
import dev.weft.history.ExactChecks;
import dev.weft.history.History;
import dev.weft.history.LinearizabilityChecker;
import dev.weft.history.ListModel;
import dev.weft.history.Operation;
import dev.weft.history.Operation.Outcome;
import dev.weft.history.RegisterModel;
import dev.weft.history.SequentialModel;
import dev.weft.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Judges what the callers of a run recorded, together with what the database holds at its end. The
 * end state is asked of the database itself and takes part as one more read, so that an instance
 * that remembers more than it committed is found out.
 */
final class Checks {
  private Checks() {}

  static void registers(Run run) throws Exception {
    registers(run, Workloads.REGISTER, run.prefix());
  }

  /** Those of work apart from the usual. */
  static void registers(
      Run run, Workload<?, RegisterModel.Input, RegisterModel.Output> workload, String prefix)
      throws Exception {
    List<Operation<RegisterModel.Input, RegisterModel.Output>> all = read(run, workload, prefix);
    Map<String, Map<String, String>> stored = stored(run, workload);
    for (String object : History.byObject(all).keySet()) {
      String value = stored.getOrDefault(object, Map.of()).getOrDefault("value", "0");
      all.add(
          last(object, new RegisterModel.Read(), new RegisterModel.Value(Long.parseLong(value))));
    }
    linearizable(run, new RegisterModel(), all);
  }

  static void counters(Run run) throws Exception {
    counters(run, Workloads.COUNTER, run.prefix());
  }

  /** Those of work apart from the usual. */
  static void counters(Run run, Workload<?, CounterModel.Input, Long> workload, String prefix)
      throws Exception {
    List<Operation<CounterModel.Input, Long>> all = read(run, workload, prefix);
    Map<String, Map<String, String>> stored = stored(run, workload);
    for (Map.Entry<String, List<Operation<CounterModel.Input, Long>>> entry :
        History.byObject(all).entrySet()) {
      String object = entry.getKey();
      long value = Long.parseLong(stored.getOrDefault(object, Map.of()).getOrDefault("value", "0"));
      prefixed(run, object, ExactChecks.counter(entry.getValue(), value));
      all.add(last(object, new CounterModel.Get(), value));
    }
    linearizable(run, new CounterModel(), all);
  }

  static void lists(Run run) throws Exception {
    List<Operation<ListModel.Input, ListModel.Output>> all = read(run, Workloads.LIST);
    Map<String, Map<String, String>> stored = stored(run, Workloads.LIST);
    Set<String> executed = executed(run);
    for (Map.Entry<String, List<Operation<ListModel.Input, ListModel.Output>>> entry :
        History.byObject(all).entrySet()) {
      String object = entry.getKey();
      List<String> items = items(stored.getOrDefault(object, Map.of()));
      prefixed(run, object, ExactChecks.list(entry.getValue(), items));
      Set<String> present = new HashSet<>(items);
      for (Operation<ListModel.Input, ListModel.Output> operation : entry.getValue()) {
        if (operation.input() instanceof ListModel.Append(String id)
            && executed.contains(id)
            && !present.contains(id)) {
          run.violation(object + ": an error said that " + id + " was appended; it is not there");
        }
      }
      all.add(last(object, new ListModel.Read(), new ListModel.All(items)));
    }
    linearizable(run, new ListModel(), all);
  }

  static void banks(Run run) throws Exception {
    Map<String, Long> opening = new TreeMap<>();
    TestObjects.ACCOUNTS.forEach(account -> opening.put(account, TestObjects.OPENING));
    long total = TestObjects.OPENING * opening.size();
    List<Operation<BankModel.Input, BankModel.Output>> all = read(run, Workloads.BANK);
    for (Operation<BankModel.Input, BankModel.Output> operation : all) {
      if (operation.output() instanceof BankModel.Amount(long amount) && amount != total) {
        run.violation(operation.object() + ": a total of " + amount + ", not " + total);
      }
    }
    Map<String, Map<String, String>> stored = stored(run, Workloads.BANK);
    for (Map.Entry<String, List<Operation<BankModel.Input, BankModel.Output>>> entry :
        History.byObject(all).entrySet()) {
      Map<String, Long> closing = new TreeMap<>(opening);
      stored
          .getOrDefault(entry.getKey(), Map.of())
          .forEach((account, amount) -> closing.put(account, Long.parseLong(amount)));
      long sum = closing.values().stream().mapToLong(Long::longValue).sum();
      if (sum != total) {
        run.violation(entry.getKey() + " holds " + sum + ", not " + total);
      }
      bank(run, entry.getKey(), entry.getValue(), opening, closing);
    }
    if (all.stream().noneMatch(operation -> operation.outcome() == Outcome.OK)) {
      run.violation("no call was answered: nothing was shown");
    }
  }

  /** One bank: one of the ways in which it may have come to what it holds explains all answers. */
  private static void bank(
      Run run,
      String object,
      List<Operation<BankModel.Input, BankModel.Output>> history,
      Map<String, Long> opening,
      Map<String, Long> closing) {
    List<Operation<BankModel.Input, BankModel.Output>> reads = new ArrayList<>();
    closing.forEach(
        (account, amount) ->
            reads.add(last(object, new BankModel.Balance(account), new BankModel.Amount(amount))));
    long end = reads.stream().mapToLong(Operation::invoked).min().orElse(System.nanoTime());
    Verdict worst =
        new Verdict.NotLinearizable(object, object + ": no transfers lead to " + closing);
    for (List<Operation<BankModel.Input, BankModel.Output>> possible :
        BankOutcomes.of(history, opening, closing, end)) {
      List<Operation<BankModel.Input, BankModel.Output>> whole = new ArrayList<>(possible);
      whole.addAll(reads);
      Verdict verdict = new LinearizabilityChecker<>(new BankModel(opening)).check(whole);
      if (verdict instanceof Verdict.Linearizable) {
        return;
      }
      worst = worst instanceof Verdict.Undecided ? worst : verdict;
    }
    judge(run, worst);
  }

  /** The list that an object holds. */
  static List<String> items(Map<String, String> values) {
    int size = Integer.parseInt(values.getOrDefault("size", "0"));
    List<String> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(
          values
              .getOrDefault(TestObjects.itemKey(i), "\"(nothing at " + i + ")\"")
              .replace("\"", ""));
    }
    return items;
  }

  /** What the run's objects of that kind hold, by name and key. */
  static Map<String, Map<String, String>> stored(Run run, Workload<?, ?, ?> workload)
      throws Exception {
    return run.cluster().database().state(workload.namespace().name(), run.prefix());
  }

  static <I, O> List<Operation<I, O>> read(Run run, Workload<?, I, O> workload) throws IOException {
    return read(run, workload, run.prefix());
  }

  /** What callers recorded of work on objects whose names begin so. */
  static <I, O> List<Operation<I, O>> read(Run run, Workload<?, I, O> workload, String prefix)
      throws IOException {
    return read(run.cluster().files(prefix), workload);
  }

  static <I, O> List<Operation<I, O>> read(List<Path> files, Workload<?, I, O> workload)
      throws IOException {
    return new ArrayList<>(History.read(files, workload.inputs(), workload.outputs()));
  }

  private static Set<String> executed(Run run) throws IOException {
    Set<String> ids = new TreeSet<>();
    for (Path file : run.cluster().files(run.prefix())) {
      Path executed = Path.of(file + ".executed");
      if (Files.exists(executed)) {
        for (String line : Files.readAllLines(executed)) {
          String input = line.substring(line.indexOf(' ') + 1);
          if (NodeWire.read(input, ListModel.Input.class) instanceof ListModel.Append(String id)) {
            ids.add(id);
          }
        }
      }
    }
    return ids;
  }

  private static <I, O> Operation<I, O> last(String object, I input, O output) {
    long now = System.nanoTime();
    return new Operation<>(
        "end-" + object + "-" + input, object, input, now, now, Outcome.OK, output);
  }

  private static void prefixed(Run run, String object, List<String> found) {
    run.violations(found.stream().map(text -> object + ": " + text).collect(Collectors.toList()));
  }

  private static <S, I, O> void linearizable(
      Run run, SequentialModel<S, I, O> model, List<Operation<I, O>> all) {
    if (all.stream().noneMatch(operation -> operation.outcome() == Outcome.OK)) {
      run.violation("no call was answered: nothing was shown");
    }
    judge(run, new LinearizabilityChecker<>(model).check(all));
  }

  private static void judge(Run run, Verdict verdict) {
    switch (verdict) {
      case Verdict.Linearizable() -> {}
      case Verdict.NotLinearizable(String object, String explanation) -> run.violation(explanation);
      case Verdict.Undecided(Map<String, String> reasons) -> reasons.forEach(run::undecided);
    }
  }
}
