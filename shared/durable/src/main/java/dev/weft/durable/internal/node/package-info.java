/**
 * The node as an owner of objects: its lease, and the ways to the store that it shares among all of
 * its instances.
 */
@NullMarked
package dev.weft.durable.internal.node;

import org.jspecify.annotations.NullMarked;
