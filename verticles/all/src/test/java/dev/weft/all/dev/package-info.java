@NullMarked
package dev.weft.all.dev;

import org.jspecify.annotations.NullMarked;
