/**
 * The HTTP door: translates between HTTP and the endpoints of the mesh, and knows no service's
 * code.
 */
@NullMarked
package dev.weft.gateway;

import org.jspecify.annotations.NullMarked;
