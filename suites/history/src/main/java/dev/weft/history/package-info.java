/**
 * Records what callers of objects saw, and decides afterwards whether objects that do one thing at
 * a time could have shown it.
 */
@NullMarked
package dev.weft.history;

import org.jspecify.annotations.NullMarked;
