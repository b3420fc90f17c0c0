/** Links: a service that exists in tests and guides alone. */
@NullMarked
package dev.weft.contracts.links;

import org.jspecify.annotations.NullMarked;
