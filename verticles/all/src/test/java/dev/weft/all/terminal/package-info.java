@NullMarked
package dev.weft.all.terminal;

import org.jspecify.annotations.NullMarked;
