/** The command line {@code weft}, and the five services in one process. */
@NullMarked
package dev.weft.all;

import org.jspecify.annotations.NullMarked;
