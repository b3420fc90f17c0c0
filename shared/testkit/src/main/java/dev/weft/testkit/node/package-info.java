/** Nodes for tests: one process, a database of their own, identities made to order. */
@NullMarked
package dev.weft.testkit.node;

import org.jspecify.annotations.NullMarked;
