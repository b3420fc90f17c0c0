/**
 * The bus: endpoints served and called, streams with credit, deadlines, identity and membership.
 * The only place that touches the Vert.x event bus.
 */
@NullMarked
package dev.weft.mesh;

import org.jspecify.annotations.NullMarked;
