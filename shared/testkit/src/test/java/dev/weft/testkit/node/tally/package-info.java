/** What a service publishes of its objects, as it would in its package of the contracts. */
@org.jspecify.annotations.NullMarked
package dev.weft.testkit.node.tally;
