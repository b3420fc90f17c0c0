@NullMarked
package dev.weft.history;

import org.jspecify.annotations.NullMarked;
