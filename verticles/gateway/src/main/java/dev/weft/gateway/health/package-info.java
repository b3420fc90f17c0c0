/** How the services are, as seen from the door. */
@NullMarked
package dev.weft.gateway.health;

import org.jspecify.annotations.NullMarked;
