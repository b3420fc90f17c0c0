package dev.weft.durable.model;

import dev.weft.durable.model.State.Activation;
import dev.weft.durable.model.State.Node;
import dev.weft.durable.model.State.Row;
import dev.weft.durable.model.State.Statement;
import dev.weft.durable.model.State.Statement.Step;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Writing turns, and how what they wrote becomes durable and known. */
final class CommitActions {
  private final Rules rules;

  CommitActions(Rules rules) {
    this.rules = rules;
  }

  void add(State state, Steps steps) {
    for (int which = 0; which <= 1; which++) {
      runTurn(state, which, steps);
      send(state, which, steps);
      atDatabase(state, which, steps);
      hearOfCommit(state, which, steps);
      loseConnection(state, which, steps);
      askWhatBecameOfIt(state, which, steps);
      releaseReplies(state, which, steps);
    }
    for (Statement stray : state.strays()) {
      strayAtDatabase(state, stray, steps);
    }
  }

  /** A turn runs on the state in memory; it does not wait for the commit of those before. */
  private void runTurn(State state, int which, Steps steps) {
    Node node = state.node(which);
    Activation object = node.object();
    if (object == null || state.left().writes() == 0) {
      return;
    }
    int write = rules.bounds().writes() - state.left().writes() + 1;
    Activation after =
        new Activation(object.epoch(), object.seq(), object.durable(), object.memory() + write);
    steps.add(
        which,
        "runs write " + write,
        state.with(which, node.working(after, node.flush())).with(state.left().lessWrites()));
  }

  /** One commit at a time, with all turns that ran meanwhile. */
  private void send(State state, int which, Steps steps) {
    Node node = state.node(which);
    Activation object = node.object();
    if (object == null
        || node.flush() != null
        || object.memory().length() == object.durable().length()) {
      return;
    }
    Statement flush = new Statement(Step.SENT, object.epoch(), object.seq(), object.memory());
    steps.add(
        which,
        "sends commit '" + flush.value() + "'",
        state.with(which, node.working(object, flush)));
  }

  private void atDatabase(State state, int which, Steps steps) {
    Node node = state.node(which);
    Statement flush = node.flush();
    if (flush != null) {
      advance(
          state,
          flush,
          next -> state.with(which, node.working(node.object(), next)),
          (action, after) -> steps.add(which, action, after));
    }
  }

  private void strayAtDatabase(State state, Statement stray, Steps steps) {
    advance(
        state,
        stray,
        next -> state.withoutStray(stray).withStray(next),
        (action, after) -> steps.add("nobody's " + action, after));
  }

  /**
   * What the database does with a commit statement: it tests the fence and takes the row, then
   * writes. The row is held in between, so whoever else wants it waits and looks again afterwards.
   */
  private void advance(
      State state,
      Statement statement,
      Function<Statement, State> replaced,
      BiConsumer<String, State> add) {
    Row row = state.row();
    if (statement.step() == Step.SENT && !rules.rowIsTaken(state)) {
      boolean mine = row.epoch() == statement.epoch();
      boolean next = row.seq() == statement.seq() || rules.has(Bug.NO_SEQUENCE_CHECK);
      boolean passed = mine && next;
      add.accept(
          "commit '" + statement.value() + (passed ? "' passes its fence" : "' is fenced off"),
          replaced.apply(statement.at(passed ? Step.FENCE_PASSED : Step.MISSED)));
    } else if (statement.step() == Step.FENCE_PASSED) {
      State after = replaced.apply(statement.at(Step.APPLIED)).with(row.written(statement.value()));
      String broken = Invariants.brokenBy(statement, row);
      add.accept(
          "commit '" + statement.value() + "' is written",
          broken == null ? after : after.breaking(broken));
    }
  }

  private void hearOfCommit(State state, int which, Steps steps) {
    Node node = state.node(which);
    Activation object = node.object();
    Statement flush = node.flush();
    if (object == null || flush == null) {
      return;
    }
    boolean missTaken = flush.step() == Step.MISSED && rules.has(Bug.MISS_TAKEN_FOR_COMMIT);
    if (flush.step() == Step.APPLIED || missTaken) {
      steps.add(
          which, "hears of its commit", state.with(which, node.working(made(object, flush), null)));
    } else if (flush.step() == Step.MISSED) {
      // Either another owner was faster, or its own first attempt was: it has to ask.
      steps.add(
          which,
          "hears that its commit missed",
          state.with(which, node.working(object, flush.at(Step.IN_DOUBT))));
    }
  }

  /** At any point; the statement, if it has not been executed, still may be. */
  private void loseConnection(State state, int which, Steps steps) {
    Node node = state.node(which);
    Statement flush = node.flush();
    if (flush == null || flush.step() == Step.IN_DOUBT || state.left().losses() == 0) {
      return;
    }
    Node doubting = node.working(node.object(), flush.at(Step.IN_DOUBT));
    steps.add(
        which,
        "loses its connection",
        state.with(which, doubting).withStray(flush).with(state.left().lessLosses()));
  }

  /** A look at the epoch and the sequence, not waiting for anybody who holds the row. */
  private void askWhatBecameOfIt(State state, int which, Steps steps) {
    Node node = state.node(which);
    Activation object = node.object();
    Statement flush = node.flush();
    if (object == null || flush == null || flush.step() != Step.IN_DOUBT) {
      return;
    }
    if (state.row().epoch() != flush.epoch()) {
      steps.add(which, "finds that it was fenced", state.with(which, node.dropped()));
    } else if (state.row().seq() > flush.seq()) {
      steps.add(
          which,
          "finds its commit made",
          state.with(which, node.working(made(object, flush), null)));
    } else {
      steps.add(
          which,
          "finds its commit not made and sends it again",
          state.with(which, node.working(object, flush.at(Step.SENT))));
    }
  }

  private static Activation made(Activation object, Statement flush) {
    return new Activation(object.epoch(), flush.seq() + 1, flush.value(), object.memory());
  }

  /** The output gate. */
  private void releaseReplies(State state, int which, Steps steps) {
    Activation object = state.node(which).object();
    if (object == null) {
      return;
    }
    String open = rules.has(Bug.NO_OUTPUT_GATE) ? object.memory() : object.durable();
    int writes = State.writesIn(open);
    if ((writes & ~state.known()) != 0) {
      steps.add(which, "answers the writes in '" + open + "'", state.knowing(writes));
    }
  }
}
