/** Shows that what reads bytes from outside costs time linear in their number. */
@NullMarked
package dev.weft.testkit.cost;

import org.jspecify.annotations.NullMarked;
