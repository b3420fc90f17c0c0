/**
 * How HTTP/1.1 requests are cut out of a connection's bytes. One reading only: what another party
 * on the way might read in a second way is refused, and the connection closed.
 */
@NullMarked
package dev.weft.gateway.http.framing;

import org.jspecify.annotations.NullMarked;
