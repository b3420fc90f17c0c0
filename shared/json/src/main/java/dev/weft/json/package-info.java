/**
 * JSON for the whole house: one mapper, one set of limits, one way to say what is wrong. Tolerant
 * where nodes talk to each other, strict where a client does. Every reader costs time linear in its
 * bytes.
 */
@NullMarked
package dev.weft.json;

import org.jspecify.annotations.NullMarked;
