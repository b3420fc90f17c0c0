package dev.weft.durable.model;

import dev.weft.durable.model.State.Activation;
import dev.weft.durable.model.State.Node;
import dev.weft.durable.model.State.Read;

/** Calls that only read. */
final class ReadActions {
  private final Rules rules;

  ReadActions(Rules rules) {
    this.rules = rules;
  }

  void add(State state, Steps steps) {
    for (int which = 0; which <= 1; which++) {
      runTurn(state, which, steps);
      check(state, which, steps);
      release(state, which, steps);
    }
  }

  /**
   * The call begins and its turn runs. That the call waits in between is left out: it would only
   * have to reflect less.
   */
  private void runTurn(State state, int which, Steps steps) {
    Node node = state.node(which);
    Activation object = node.object();
    if (object != null && node.read() == null && state.left().reads() > 0) {
      Read read = new Read(object.memory(), state.known(), false);
      steps.add(
          which,
          "reads '" + read.seen() + "'",
          state.with(which, node.reading(read)).with(state.left().lessReads()));
    }
  }

  /** After the turn: was the state still ours when it was read? */
  private void check(State state, int which, Steps steps) {
    Node node = state.node(which);
    Activation object = node.object();
    Read read = node.read();
    if (object == null || read == null || read.checked()) {
      return;
    }
    boolean holds =
        rules.has(Bug.NO_LEASE_CHECK)
            || (rules.strict()
                ? state.row().epoch() == object.epoch()
                : state.now() <= node.deadline());
    if (holds) {
      Read checked = new Read(read.seen(), read.required(), true);
      steps.add(which, found(), state.with(which, node.reading(checked)));
    } else {
      steps.add(which, "refuses to answer its read", state.with(which, node.reading(null)));
    }
  }

  private String found() {
    if (rules.has(Bug.NO_LEASE_CHECK)) {
      return "does not look at its lease";
    }
    return rules.strict() ? "has its epoch confirmed" : "finds its lease valid";
  }

  /** At any later time, but not before the writes it saw are durable. */
  private void release(State state, int which, Steps steps) {
    Node node = state.node(which);
    Activation object = node.object();
    Read read = node.read();
    if (object == null
        || read == null
        || !read.checked()
        || (!object.durable().startsWith(read.seen())
            && !rules.has(Bug.NO_OUTPUT_GATE_FOR_READS))) {
      return;
    }
    State after = state.with(which, node.reading(null)).knowing(State.writesIn(read.seen()));
    String broken = Invariants.brokenBy(read);
    steps.add(
        which,
        "answers its read with '" + read.seen() + "'",
        broken == null ? after : after.breaking(broken));
  }
}
