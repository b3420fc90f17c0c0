/** Whose request it is: credentials checked once and remembered for a short while. */
@NullMarked
package dev.weft.gateway.auth;

import org.jspecify.annotations.NullMarked;
