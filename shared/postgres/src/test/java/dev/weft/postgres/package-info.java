@NullMarked
package dev.weft.postgres;

import org.jspecify.annotations.NullMarked;
