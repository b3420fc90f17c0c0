/** Load drivers and measurements behind {@code scripts/bench}. */
@NullMarked
package dev.weft.bench;

import org.jspecify.annotations.NullMarked;
