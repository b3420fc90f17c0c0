package dev.weft.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was done in a run, and what was found. For one thread. */
class Findings {
  private final Map<String, Integer> faults = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private final List<String> undecided = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long operations;

  final void fault(String what) {
    faults.merge(what, 1, Integer::sum);
  }

  final void violation(String what) {
    violations.add(what);
  }

  final void violations(List<String> found) {
    violations.addAll(found);
  }

  /** Whether an object kept its promises could not be found out: no pass, and no violation. */
  final void undecided(String object, String reason) {
    undecided.add("undecided whether " + object + " is linearizable: " + reason);
  }

  final void note(String what) {
    notes.add(what);
  }

  final void addOperations(long count) {
    operations += count;
  }

  final long operations() {
    return operations;
  }

  final Map<String, Integer> faults() {
    return faults;
  }

  final List<String> violations() {
    return violations;
  }

  final List<String> undecided() {
    return undecided;
  }

  final List<String> notes() {
    return notes;
  }
}
