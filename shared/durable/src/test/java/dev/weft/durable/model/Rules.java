package dev.weft.durable.model;

import dev.weft.durable.model.State.Left;

/**
 * How the protocol is played.
 *
 * @param bug what is left out
 * @param strict whether reads are confirmed by a later look at the epoch instead of the lease
 * @param ttl steps of the clock that a lease lasts
 * @param lastTime the clock stops there
 * @param bounds how often things may happen
 */
record Rules(Bug bug, boolean strict, int ttl, int lastTime, Left bounds) {
  /** Whether whoever wants the object's row has to wait for a commit that is being written. */
  boolean rowIsTaken(State state) {
    return state.commitUnderWay() && !has(Bug.FENCE_WITHOUT_LOCK);
  }

  boolean has(Bug planted) {
    return bug == planted;
  }
}
