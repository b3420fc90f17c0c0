/** Configuration: keys, precedence, origin, clear refusals. */
@NullMarked
package dev.weft.node.config;

import org.jspecify.annotations.NullMarked;
