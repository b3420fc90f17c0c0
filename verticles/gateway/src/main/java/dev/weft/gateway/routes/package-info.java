/** The other routes: a table from method and path to endpoint. */
@NullMarked
package dev.weft.gateway.routes;

import org.jspecify.annotations.NullMarked;
