package dev.weft.durable.sim;

import java.util.ArrayList;
import java.util.List;

/** What a turn does: a few steps, some with steps of their own. */
record Script(List<Step> steps) {
  private static final int KEYS = 4;

  enum Kind {
    READ,
    LIST,
    WRITE,
    DELETE,
    DELETE_ALL,
    TRANSACTION,
    CRITICAL,
    OUTSIDE,
    AWAIT,
    CALL,
    PUBLISH,
    SYNC,
    WAIT_UNTIL,
    SET_ALARM,
    DELETE_ALARM,
    THROW,
    ABORT
  }

  /**
   * One step.
   *
   * @param key which key
   * @param flag what distinguishes two ways of doing it
   * @param body steps within it
   */
  record Step(Kind kind, String key, boolean flag, Script body) {
    @Override
    public String toString() {
      return kind + (body.steps.isEmpty() ? "" : body.steps.toString());
    }
  }

  static final Script EMPTY = new Script(List.of());

  /** A look at everything. */
  static final Script LOOK = new Script(List.of(new Step(Kind.LIST, "", false, EMPTY)));

  static Script random(World world, int depth) {
    return random(world, depth, false);
  }

  /**
   * A script.
   *
   * @param within whether within a section that nobody else may enter: a call from there could wait
   *     for one that waits for this object
   */
  private static Script random(World world, int depth, boolean within) {
    List<Step> steps = new ArrayList<>();
    for (int left = world.below(6 - depth); left > 0; left--) {
      Kind kind = kind(world);
      if (kind == Kind.CALL && within) {
        kind = Kind.AWAIT;
      }
      boolean nested = kind == Kind.TRANSACTION || kind == Kind.CRITICAL || kind == Kind.WAIT_UNTIL;
      if (nested && depth >= 3) {
        kind = Kind.READ;
        nested = false;
      }
      Script body = nested ? random(world, depth + 1, kind != Kind.WAIT_UNTIL) : EMPTY;
      steps.add(new Step(kind, "k" + world.below(KEYS), world.chance(40), body));
    }
    return new Script(steps);
  }

  private static Kind kind(World world) {
    int dice = world.below(100);
    if (dice < 18) {
      return Kind.READ;
    } else if (dice < 42) {
      return Kind.WRITE;
    } else if (dice < 56) {
      return Kind.TRANSACTION;
    } else if (dice < 63) {
      return Kind.OUTSIDE;
    } else if (dice < 69) {
      return Kind.AWAIT;
    } else if (dice < 76) {
      return Kind.CRITICAL;
    } else if (dice < 82) {
      return world.chance(70) ? Kind.SET_ALARM : Kind.DELETE_ALARM;
    } else if (dice < 98) {
      Kind[] others = {
        Kind.LIST, Kind.DELETE, Kind.CALL, Kind.PUBLISH, Kind.SYNC, Kind.WAIT_UNTIL, Kind.THROW
      };
      return others[world.below(others.length)];
    }
    return world.chance(50) ? Kind.DELETE_ALL : Kind.ABORT;
  }
}
