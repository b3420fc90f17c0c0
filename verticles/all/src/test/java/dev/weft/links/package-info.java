/** The links service, which exists in tests and guides alone. */
@NullMarked
package dev.weft.links;

import org.jspecify.annotations.NullMarked;
