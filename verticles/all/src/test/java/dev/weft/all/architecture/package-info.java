/** Who may know whom, as rules that fail. */
@NullMarked
package dev.weft.all.architecture;

import org.jspecify.annotations.NullMarked;
