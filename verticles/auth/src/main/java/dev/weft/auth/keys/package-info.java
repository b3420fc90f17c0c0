/** API keys: their form, their digest, and the rules of creating, listing and revoking them. */
@NullMarked
package dev.weft.auth.keys;

import org.jspecify.annotations.NullMarked;
