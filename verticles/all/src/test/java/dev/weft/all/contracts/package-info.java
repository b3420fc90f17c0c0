@NullMarked
package dev.weft.all.contracts;

import org.jspecify.annotations.NullMarked;
