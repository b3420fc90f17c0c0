/** Limits and deadlines: connections, what is under way on them, and how long each may take. */
@NullMarked
package dev.weft.gateway.http.clock;

import org.jspecify.annotations.NullMarked;
