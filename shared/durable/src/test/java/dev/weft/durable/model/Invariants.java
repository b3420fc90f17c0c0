package dev.weft.durable.model;

import dev.weft.durable.model.State.Lease;
import dev.weft.durable.model.State.Read;
import dev.weft.durable.model.State.Row;
import dev.weft.durable.model.State.Statement;
import org.jspecify.annotations.Nullable;

/** What must hold. The numbers are those of the protocol's contract. */
final class Invariants {
  private Invariants() {}

  /** I1: of a commit about to be written to the row: one epoch, one sequence, nothing twice. */
  static @Nullable String brokenBy(Statement commit, Row row) {
    if (commit.epoch() != row.epoch()) {
      return "I1: epoch " + commit.epoch() + " commits while epoch " + row.epoch() + " owns";
    }
    if (!commit.value().startsWith(row.value())) {
      return "I1: '" + row.value() + "' is overwritten by '" + commit.value() + "'";
    }
    if (commit.value().length() == row.value().length()) {
      return "I1: the commit of '" + commit.value() + "' is applied twice";
    }
    return null;
  }

  /** I3: an answer reflects every write that was known when its call began. */
  static @Nullable String brokenBy(Read read) {
    return (read.required() & ~State.writesIn(read.seen())) == 0
        ? null
        : "I3: '" + read.seen() + "' is read after another write was known";
  }

  /** Rules about a step: what it broke by itself, I8, and the order of epochs. */
  static @Nullable String broken(State before, State after) {
    if (after.broken() != null) {
      return after.broken();
    }
    for (int i = 0; i < before.leases().size(); i++) {
      Lease was = before.leases().get(i);
      if (was.dead() && !after.leases().get(i).dead()) {
        return "I8: " + LeaseActions.name(i + 1) + " returns from the dead";
      }
    }
    Row row = after.row();
    if (row.epoch() < before.row().epoch() || row.seq() > before.row().seq() + 1) {
      return "I1: epochs or commits are out of order";
    }
    return broken(after);
  }

  /** Rules about a state. */
  private static @Nullable String broken(State state) {
    String value = state.row().value();
    if ((state.known() & ~State.writesIn(value)) != 0) {
      // I2 when it never was durable, I10 when it is no longer: both are seen here.
      return "I2, I10: a caller knows of a write that is not in '" + value + "'";
    }
    if (Integer.bitCount(State.writesIn(value)) != value.length()) {
      return "I1: a write is in '" + value + "' twice";
    }
    return null;
  }
}
