/** The five services in this process, and what its first screen says. */
@NullMarked
package dev.weft.all.dev;

import org.jspecify.annotations.NullMarked;
