/**
 * Completion requests and answers as bytes: what is needed is read in place, the rest passes
 * through untouched. Nothing here does I/O.
 */
@NullMarked
package dev.weft.chat.wire;

import org.jspecify.annotations.NullMarked;
