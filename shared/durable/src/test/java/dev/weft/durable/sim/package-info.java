/**
 * A simulation of durable objects: the runtime as it is, on one thread, with every interleaving,
 * answer and fault decided by a seed.
 */
@NullMarked
package dev.weft.durable.sim;

import org.jspecify.annotations.NullMarked;
