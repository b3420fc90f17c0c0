/** Values as JSON from which they come back equal, and the proof of that before one is accepted. */
@NullMarked
package dev.weft.durable.internal.values;

import org.jspecify.annotations.NullMarked;
