/** A cluster that is upgraded process by process while it is used. */
@NullMarked
package dev.weft.faults.upgrade;

import org.jspecify.annotations.NullMarked;
