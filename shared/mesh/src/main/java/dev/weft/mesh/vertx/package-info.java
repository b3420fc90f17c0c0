/**
 * What this product needs of Vert.x beyond its public API, and the only place that may touch {@code
 * io.vertx.core.internal} and {@code impl} packages. Everything takes and returns public types, so
 * a change of those internals ends here.
 */
@NullMarked
package dev.weft.mesh.vertx;

import org.jspecify.annotations.NullMarked;
