package dev.weft.durable.model;

import dev.weft.durable.model.State.Lease;
import dev.weft.durable.model.State.Node;
import dev.weft.durable.model.State.Renewal;

/** Time, leases, burial, the end of processes and their new lives. */
final class LeaseActions {
  private final Rules rules;

  LeaseActions(Rules rules) {
    this.rules = rules;
  }

  void add(State state, Steps steps) {
    tick(state, steps);
    for (int incarnation = 1; incarnation <= 4; incarnation++) {
      bury(state, incarnation, steps);
    }
    buryLate(state, steps);
    for (int which = 0; which <= 1; which++) {
      sendRenewal(state, which, steps);
      applyRenewal(state, which, steps);
      hearOfRenewal(state, which, steps);
      crash(state, which, steps);
      reportDeath(state, which, steps);
      startAgain(state, which, steps);
    }
  }

  private void tick(State state, Steps steps) {
    if (state.now() < rules.lastTime()) {
      steps.add("the clock ticks", state.tick());
    }
  }

  /** Anyone may, at any time after the lease has run out: one conditional statement. */
  private void bury(State state, int incarnation, Steps steps) {
    Lease lease = state.lease(incarnation);
    if (lease.expires() < 0 || lease.dead() || lease.expires() >= state.now()) {
      return;
    }
    if (rules.has(Bug.BURIAL_ON_OLD_SNAPSHOT)) {
      if (state.burying() == 0) {
        steps.add("burial of " + name(incarnation) + " is decided", state.burying(incarnation));
      }
      return;
    }
    steps.add(name(incarnation) + " is buried", state.with(incarnation, dead(lease)));
  }

  private void buryLate(State state, Steps steps) {
    int incarnation = state.burying();
    if (incarnation != 0) {
      Lease lease = state.lease(incarnation);
      steps.add(
          name(incarnation) + " is buried as decided",
          state.burying(0).with(incarnation, dead(lease)));
    }
  }

  /** The node notes the time before it sends: the database can only count from later. */
  private void sendRenewal(State state, int which, Steps steps) {
    Node node = state.node(which);
    if (node.running() && node.renewal() == null && state.left().renewals() > 0) {
      Renewal renewal = new Renewal(Renewal.Step.SENT, state.now());
      steps.add(
          which,
          "sends a renewal",
          state.with(which, node.renewing(renewal)).with(state.left().lessRenewals()));
    }
  }

  private void applyRenewal(State state, int which, Steps steps) {
    Node node = state.node(which);
    Renewal renewal = node.renewal();
    if (renewal == null || renewal.step() != Renewal.Step.SENT) {
      return;
    }
    int incarnation = state.incarnation(which);
    boolean dead = state.lease(incarnation).dead();
    if (dead && !rules.has(Bug.RENEWAL_REVIVES)) {
      Renewal refused = new Renewal(Renewal.Step.REFUSED, renewal.sentAt());
      steps.add(which, "is refused a renewal", state.with(which, node.renewing(refused)));
    } else {
      Renewal applied = new Renewal(Renewal.Step.APPLIED, renewal.sentAt());
      Lease renewed = new Lease(state.now() + rules.ttl(), false);
      steps.add(
          which,
          "is renewed at the database",
          state.with(incarnation, renewed).with(which, node.renewing(applied)));
    }
  }

  /** Or never: an answer that is lost is one that never arrives. */
  private void hearOfRenewal(State state, int which, Steps steps) {
    Node node = state.node(which);
    Renewal renewal = node.renewal();
    if (renewal == null || renewal.step() == Renewal.Step.SENT) {
      return;
    }
    if (renewal.step() == Renewal.Step.REFUSED) {
      // The node stops: whatever it still waits for is no longer its business.
      steps.add(
          which,
          "hears that it is dead",
          state.with(which, node.crashed()).withStray(node.flush()));
      return;
    }
    int from = rules.has(Bug.DEADLINE_FROM_ACKNOWLEDGEMENT) ? state.now() : renewal.sentAt();
    steps.add(
        which,
        "hears of its renewal",
        state.with(which, node.renewedUntil(Math.max(node.deadline(), from + rules.ttl()))));
  }

  /** What it has sent goes on without it. */
  private void crash(State state, int which, Steps steps) {
    Node node = state.node(which);
    if (node.running() && state.left().crashes() > 0) {
      steps.add(
          which,
          "crashes",
          state
              .with(which, node.crashed())
              .withStray(node.flush())
              .with(state.left().lessCrashes()));
    }
  }

  /** A supervisor says so at once, but only of a process that is gone. */
  private void reportDeath(State state, int which, Steps steps) {
    int incarnation = state.incarnation(which);
    Lease lease = state.lease(incarnation);
    boolean gone = !state.node(which).running() || rules.has(Bug.DEATH_REPORTED_TOO_SOON);
    if (gone && !lease.dead()) {
      steps.add(which, "is reported dead by its supervisor", state.with(incarnation, dead(lease)));
    }
  }

  private void startAgain(State state, int which, Steps steps) {
    Node node = state.node(which);
    if (node.running() || node.life() == 1) {
      return;
    }
    int deadline = state.now() + rules.ttl();
    State started = state.with(which, Node.started(1, deadline));
    steps.add(
        which,
        "starts as a new incarnation",
        started.with(started.incarnation(which), new Lease(deadline, false)));
  }

  private static Lease dead(Lease lease) {
    return new Lease(lease.expires(), true);
  }

  static String name(int incarnation) {
    return (incarnation <= 2 ? "A" : "B")
        + (incarnation % 2 == 1 ? "'s first" : "'s second")
        + " incarnation";
  }
}
