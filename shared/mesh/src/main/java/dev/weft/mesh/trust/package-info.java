/** Who the nodes of a cluster are, as their certificates say, and whose each message is. */
@NullMarked
package dev.weft.mesh.trust;

import org.jspecify.annotations.NullMarked;
