package dev.weft.durable.internal.instance;

import dev.weft.durable.ObjectClass;
import dev.weft.durable.internal.node.Incarnation;
import dev.weft.durable.internal.node.NodeSurroundings;
import dev.weft.durable.internal.turn.TurnQueue;

/**
 * What an instance has whatever its state, as its turns know it.
 *
 * @param incarnation of the node, on whose lease it depends
 */
record Frame(
    ObjectClass<?> objectClass,
    Incarnation incarnation,
    NodeSurroundings surroundings,
    LifeCycle<?> life,
    EndReason endReason,
    Activity activity,
    TurnQueue<Event, Turn> queue) {}
