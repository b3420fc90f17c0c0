/**
 * The ownership protocol of objects as a state machine, searched exhaustively: two nodes, one
 * object, a few steps of the clock. {@link dev.weft.durable.model.State} is what there is, the
 * {@code *Actions} what can happen, {@link dev.weft.durable.model.Invariants} what must hold,
 * {@link dev.weft.durable.model.Bug} what happens when a part of the protocol is left out.
 */
@NullMarked
package dev.weft.durable.model;

import org.jspecify.annotations.NullMarked;
