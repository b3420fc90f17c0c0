package dev.weft.durable.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything there is at one moment.
 *
 * <p>Writes are numbered from 1 and each appends its number to the object's value, a text: so a
 * value says which writes it contains, and in which order. Incarnations are numbered 1 to 4: first
 * and second life of node A, of node B; 0 is none.
 *
 * @param now the database's clock; local clocks run at the same rate
 * @param row the object at the database
 * @param leases of incarnations 1 to 4 at the database
 * @param burying an incarnation whose burial was decided and not yet written, with {@link
 *     Bug#BURIAL_ON_OLD_SNAPSHOT}; else 0
 * @param strays commit statements on their way to or at the database that nobody waits for
 * @param known the writes some caller knows of, as bits: acknowledged, or seen in a reply
 * @param broken the rule that the last action broke, null when none
 */
record State(
    int now,
    Row row,
    List<Lease> leases,
    int burying,
    Node a,
    Node b,
    List<Statement> strays,
    Left left,
    int known,
    @Nullable String broken) {

  /** The object's row, and its value, which stands for all it has stored. */
  record Row(int owner, int epoch, int seq, String value) {
    Row claimedBy(int incarnation) {
      return new Row(incarnation, epoch + 1, seq, value);
    }

    Row written(String newValue) {
      return new Row(owner, epoch, seq + 1, newValue);
    }
  }

  /** A node's row. Not registered yet when it expires at -1. */
  record Lease(int expires, boolean dead) {
    static final Lease NONE = new Lease(-1, false);
  }

  /**
   * A process, or the place of one.
   *
   * @param life 0 or 1
   * @param running whether the process exists
   * @param deadline up to which local time its lease holds, as far as it knows
   * @param renewal under way, null when none
   * @param claim under way, null when none
   * @param object its activation of the object, null when none
   * @param flush the commit it waits for, null when none
   * @param read the read-only call it works on, null when none
   */
  record Node(
      int life,
      boolean running,
      int deadline,
      @Nullable Renewal renewal,
      @Nullable Claim claim,
      @Nullable Activation object,
      @Nullable Statement flush,
      @Nullable Read read) {

    static Node started(int life, int deadline) {
      return new Node(life, true, deadline, null, null, null, null, null);
    }

    Node crashed() {
      return new Node(life, false, 0, null, null, null, null, null);
    }

    Node renewing(@Nullable Renewal newRenewal) {
      return new Node(life, running, deadline, newRenewal, claim, object, flush, read);
    }

    Node renewedUntil(int newDeadline) {
      return new Node(life, running, newDeadline, null, claim, object, flush, read);
    }

    Node claiming(@Nullable Claim newClaim) {
      return new Node(life, running, deadline, renewal, newClaim, object, flush, read);
    }

    /** Fenced, or told that it is dead: nothing of the object may leave the node any more. */
    Node dropped() {
      return new Node(life, running, deadline, renewal, null, null, null, null);
    }

    Node activated(Activation newObject) {
      return new Node(life, running, deadline, renewal, null, newObject, null, null);
    }

    Node working(@Nullable Activation newObject, @Nullable Statement newFlush) {
      return new Node(life, running, deadline, renewal, claim, newObject, newFlush, read);
    }

    Node reading(@Nullable Read newRead) {
      return new Node(life, running, deadline, renewal, claim, object, flush, newRead);
    }
  }

  /** A renewal: sent, then applied or refused at the database, then its answer arrives. */
  record Renewal(Step step, int sentAt) {
    enum Step {
      SENT,
      APPLIED,
      REFUSED
    }
  }

  /**
   * A claim: at the database, then granted and the state about to be loaded.
   *
   * @param snapshot the value when the statement began, with {@link Bug#CLAIM_READS_OLD_SNAPSHOT}
   */
  record Claim(boolean granted, int epoch, int seq, String snapshot) {}

  /**
   * The object in the memory of a node.
   *
   * @param seq commits known to be made
   * @param durable the value they left
   * @param memory the value after all turns that ran; it begins with {@code durable}
   */
  record Activation(int epoch, int seq, String durable, String memory) {}

  /** A commit: all turns up to a value, fenced by epoch and sequence. */
  record Statement(Step step, int epoch, int seq, String value) {
    enum Step {
      /** On its way. */
      SENT,
      /** Its fence was passed; unless a bug is planted it holds the row. */
      FENCE_PASSED,
      /** Committed; the answer is on its way. */
      APPLIED,
      /** Wrote nothing; the answer is on its way. */
      MISSED,
      /** The connection broke; the node is about to ask what became of it. */
      IN_DOUBT
    }

    Statement at(Step newStep) {
      return new Statement(newStep, epoch, seq, value);
    }
  }

  /**
   * A read-only call whose turn has run.
   *
   * @param seen the value it will answer
   * @param required the writes known when it began
   * @param checked whether the lease was seen to hold, or the epoch was confirmed, after the turn
   */
  record Read(String seen, int required, boolean checked) {}

  /** How often things may still happen; keeps the search finite. */
  record Left(int writes, int reads, int renewals, int claims, int crashes, int losses) {
    Left lessWrites() {
      return new Left(writes - 1, reads, renewals, claims, crashes, losses);
    }

    Left lessReads() {
      return new Left(writes, reads - 1, renewals, claims, crashes, losses);
    }

    Left lessRenewals() {
      return new Left(writes, reads, renewals - 1, claims, crashes, losses);
    }

    Left lessClaims() {
      return new Left(writes, reads, renewals, claims - 1, crashes, losses);
    }

    Left lessCrashes() {
      return new Left(writes, reads, renewals, claims, crashes - 1, losses);
    }

    Left lessLosses() {
      return new Left(writes, reads, renewals, claims, crashes, losses - 1);
    }
  }

  /** Both nodes alive, nobody owns the object. */
  static State initial(int ttl, Left bounds) {
    List<Lease> leases =
        List.of(new Lease(ttl, false), Lease.NONE, new Lease(ttl, false), Lease.NONE);
    return new State(
        0,
        new Row(0, 0, 0, ""),
        leases,
        0,
        Node.started(0, ttl),
        Node.started(0, ttl),
        List.of(),
        bounds,
        0,
        null);
  }

  Node node(int which) {
    return which == 0 ? a : b;
  }

  /** The incarnation that a node is now. */
  int incarnation(int which) {
    return 1 + 2 * which + node(which).life;
  }

  Lease lease(int incarnation) {
    return leases.get(incarnation - 1);
  }

  /** Whether a commit statement is between its fence and its write. */
  boolean commitUnderWay() {
    return underWay(a.flush) || underWay(b.flush) || strays.stream().anyMatch(State::underWay);
  }

  private static boolean underWay(@Nullable Statement statement) {
    return statement != null && statement.step == Statement.Step.FENCE_PASSED;
  }

  State tick() {
    return new State(now + 1, row, leases, burying, a, b, strays, left, known, broken);
  }

  State with(Row newRow) {
    return new State(now, newRow, leases, burying, a, b, strays, left, known, broken);
  }

  State with(int incarnation, Lease lease) {
    List<Lease> changed = new ArrayList<>(leases);
    changed.set(incarnation - 1, lease);
    return new State(now, row, List.copyOf(changed), burying, a, b, strays, left, known, broken);
  }

  State burying(int incarnation) {
    return new State(now, row, leases, incarnation, a, b, strays, left, known, broken);
  }

  State with(int which, Node node) {
    return new State(
        now,
        row,
        leases,
        burying,
        which == 0 ? node : a,
        which == 1 ? node : b,
        strays,
        left,
        known,
        broken);
  }

  /** With a stray more; null and those that are through leave nothing behind. */
  State withStray(@Nullable Statement statement) {
    if (statement == null
        || (statement.step != Statement.Step.SENT
            && statement.step != Statement.Step.FENCE_PASSED)) {
      return this;
    }
    List<Statement> more = new ArrayList<>(strays);
    more.add(statement);
    return withStrays(more);
  }

  State withoutStray(Statement statement) {
    List<Statement> fewer = new ArrayList<>(strays);
    fewer.remove(statement);
    return withStrays(fewer);
  }

  private State withStrays(List<Statement> changed) {
    // Their order means nothing.
    changed.sort(
        Comparator.comparing(Statement::step)
            .thenComparing(Statement::epoch)
            .thenComparing(Statement::seq)
            .thenComparing(Statement::value));
    return new State(now, row, leases, burying, a, b, List.copyOf(changed), left, known, broken);
  }

  State with(Left newLeft) {
    return new State(now, row, leases, burying, a, b, strays, newLeft, known, broken);
  }

  State knowing(int writes) {
    return new State(now, row, leases, burying, a, b, strays, left, known | writes, broken);
  }

  State breaking(String rule) {
    return new State(now, row, leases, burying, a, b, strays, left, known, rule);
  }

  /** The writes a value contains, as bits. */
  static int writesIn(String value) {
    int writes = 0;
    for (int i = 0; i < value.length(); i++) {
      writes |= 1 << (value.charAt(i) - '0');
    }
    return writes;
  }
}
