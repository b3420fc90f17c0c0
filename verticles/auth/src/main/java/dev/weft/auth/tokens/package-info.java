/** Signing keys and the access tokens they sign. */
@NullMarked
package dev.weft.auth.tokens;

import org.jspecify.annotations.NullMarked;
