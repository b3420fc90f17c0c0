/** The health endpoint that every service answers. */
@NullMarked
package dev.weft.contracts.health;

import org.jspecify.annotations.NullMarked;
