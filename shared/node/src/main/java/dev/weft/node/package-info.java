/** One process of Weft: configuration, database, mesh, lifecycle, health, metrics, logs. */
@NullMarked
package dev.weft.node;

import org.jspecify.annotations.NullMarked;
