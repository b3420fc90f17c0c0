package dev.weft.durable.model;

import dev.weft.durable.model.State.Activation;
import dev.weft.durable.model.State.Claim;
import dev.weft.durable.model.State.Lease;
import dev.weft.durable.model.State.Node;

/** How a node comes to own the object. */
final class ClaimActions {
  private final Rules rules;

  ClaimActions(Rules rules) {
    this.rules = rules;
  }

  void add(State state, Steps steps) {
    for (int which = 0; which <= 1; which++) {
      begin(state, which, steps);
      grant(state, which, steps);
      load(state, which, steps);
    }
  }

  /**
   * The statement begins at the database: what it reads without waiting, it reads now. Without the
   * bug it reads nothing then, and its beginning is not worth a state.
   */
  private void begin(State state, int which, Steps steps) {
    if (rules.has(Bug.CLAIM_READS_OLD_SNAPSHOT) && mayClaim(state, which)) {
      Claim claim = new Claim(false, 0, 0, state.row().value());
      steps.add(which, "begins a claim", state.with(which, state.node(which).claiming(claim)));
    }
  }

  private static boolean mayClaim(State state, int which) {
    Node node = state.node(which);
    return node.running()
        && node.claim() == null
        && node.object() == null
        && state.left().claims() > 0;
  }

  /**
   * The statement gets the row, after whoever held it, and looks at it again. A claim that is
   * turned down changes nothing, and is left out.
   */
  private void grant(State state, int which, Steps steps) {
    Claim begun = state.node(which).claim();
    int me = state.incarnation(which);
    boolean immediate = !rules.has(Bug.CLAIM_READS_OLD_SNAPSHOT);
    boolean atDatabase = begun == null ? immediate && mayClaim(state, which) : !begun.granted();
    if (!atDatabase || rules.rowIsTaken(state) || state.lease(me).dead() || !free(state, me)) {
      return;
    }
    String snapshot = begun == null ? "" : begun.snapshot();
    Claim granted = new Claim(true, state.row().epoch() + 1, state.row().seq(), snapshot);
    steps.add(
        which,
        "is granted epoch " + granted.epoch(),
        state
            .with(state.row().claimedBy(me))
            .with(which, state.node(which).claiming(granted))
            .with(state.left().lessClaims()));
  }

  private boolean free(State state, int me) {
    int owner = state.row().owner();
    if (owner == 0 || owner == me) {
      return true;
    }
    Lease lease = state.lease(owner);
    return lease.dead() || (rules.has(Bug.CLAIM_WITHOUT_BURIAL) && lease.expires() < state.now());
  }

  /** A statement of its own, after the claim: no older epoch can write any more. */
  private void load(State state, int which, Steps steps) {
    Node node = state.node(which);
    Claim claim = node.claim();
    if (claim == null || !claim.granted()) {
      return;
    }
    String value = rules.has(Bug.CLAIM_READS_OLD_SNAPSHOT) ? claim.snapshot() : state.row().value();
    Activation object = new Activation(claim.epoch(), claim.seq(), value, value);
    steps.add(which, "has loaded '" + value + "'", state.with(which, node.activated(object)));
  }
}
