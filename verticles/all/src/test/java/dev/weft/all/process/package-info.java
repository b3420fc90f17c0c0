/** Weft as people run it: as processes. */
@NullMarked
package dev.weft.all.process;

import org.jspecify.annotations.NullMarked;
