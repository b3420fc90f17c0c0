/** What objects publish, on its way to clients that watch. */
@NullMarked
package dev.weft.gateway.watch;

import org.jspecify.annotations.NullMarked;
