package dev.weft.durable.internal.instance;

import dev.weft.durable.internal.node.Verticles.Deployed;
import dev.weft.durable.internal.turn.OutputGate;

/**
 * What an instance is made of while it owns its object.
 *
 * @param deployed where its turns run
 * @param memory for whoever holds the object
 * @param gate what leaves the object leaves by it
 */
record Body(Deployed deployed, ObjectMemory memory, Commits commits, OutputGate gate) {}
