@NullMarked
package dev.weft.faults;

import org.jspecify.annotations.NullMarked;
