/** A service that calls the objects of another. */
@org.jspecify.annotations.NullMarked
package dev.weft.testkit.node.asking;
