package dev.weft.durable.model;

import dev.weft.durable.model.State.Lease;
import dev.weft.durable.model.State.Node;
import dev.weft.durable.model.State.Row;
import dev.weft.durable.model.State.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One key for many states that have the same future. What does not matter for it: the names of the
 * nodes, which dead incarnation owned the object, the exact times of leases that are over or
 * outlast the clock, incarnations that are gone and own nothing, and commits that can no longer
 * write.
 */
final class Canonical {
  private final Rules rules;

  private final Numbers nodes = new Numbers();
  private final Numbers rows = new Numbers();
  private final Numbers leases = new Numbers();
  private final Numbers strays = new Numbers();
  private final Numbers bounds = new Numbers();

  Canonical(Rules rules) {
    this.rules = rules;
  }

  /** A state in few bits; equal for states with the same future only. */
  record Key(long high, long low) {}

  Key of(State state) {
    Row row = state.row();
    int owner = row.owner() != 0 && state.lease(row.owner()).dead() ? 0 : row.owner();
    int a = nodes.of(simplified(state.a(), state.now()));
    int b = nodes.of(simplified(state.b(), state.now()));
    List<Lease> first = List.of(lease(state, 1), lease(state, 2));
    List<Lease> second = List.of(lease(state, 3), lease(state, 4));
    Key one = key(state, owner, state.burying(), List.of(first, second), a, b);
    Key other = key(state, swapped(owner), swapped(state.burying()), List.of(second, first), b, a);
    return one.high < other.high || (one.high == other.high && one.low < other.low) ? one : other;
  }

  private Key key(
      State state, int owner, int burying, List<List<Lease>> leasesOfNodes, int a, int b) {
    Row row = state.row();
    List<Statement> open = state.strays().stream().filter(stray -> mayWrite(stray, row)).toList();
    long high = packed(packed(a, b, 24), bounds.of(state.left()), 12);
    long low = packed(state.now(), state.known(), 4);
    low = packed(low, burying, 3);
    low = packed(low, rows.of(new Row(owner, row.epoch(), row.seq(), row.value())), 14);
    low = packed(low, leases.of(leasesOfNodes), 14);
    return new Key(high, packed(low, strays.of(open), 14));
  }

  private static long packed(long left, long value, int bits) {
    if (value >= 1L << bits) {
      throw new IllegalStateException(value + " does not fit in " + bits + " bits");
    }
    return left << bits | value;
  }

  private Lease lease(State state, int incarnation) {
    Lease lease = state.lease(incarnation);
    int which = (incarnation - 1) / 2;
    Node node = state.node(which);
    boolean gone =
        lease.expires() >= 0 && !(node.running() && state.incarnation(which) == incarnation);
    if (lease.dead() || (gone && state.row().owner() != incarnation)) {
      return new Lease(0, true);
    }
    return new Lease(Math.min(lease.expires(), rules.lastTime()), false);
  }

  private Node simplified(Node node, int now) {
    int deadline = node.deadline() < now ? -1 : Math.min(node.deadline(), rules.lastTime());
    return new Node(
        node.life(),
        node.running(),
        rules.strict() ? 0 : deadline,
        node.renewal(),
        node.claim(),
        node.object(),
        node.flush(),
        node.read());
  }

  /** Epochs and sequences only grow, so a fence once missed stays missed. */
  private boolean mayWrite(Statement stray, Row row) {
    return stray.step() == Statement.Step.FENCE_PASSED
        || (stray.epoch() == row.epoch()
            && (stray.seq() == row.seq() || rules.has(Bug.NO_SEQUENCE_CHECK)));
  }

  private static int swapped(int incarnation) {
    return incarnation == 0 ? 0 : (incarnation + 1) % 4 + 1;
  }

  /** Numbers the parts of one kind: states differ little from their neighbours. */
  private static final class Numbers {
    private final Map<Object, Integer> numbers = new HashMap<>();

    int of(Object part) {
      Integer number = numbers.get(part);
      if (number == null) {
        number = numbers.size();
        numbers.put(part, number);
      }
      return number;
    }
  }
}
