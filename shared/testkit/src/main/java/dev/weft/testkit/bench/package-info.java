/** Load drivers and measurements behind {@code scripts/bench}. */
@NullMarked
package dev.weft.testkit.bench;

import org.jspecify.annotations.NullMarked;
