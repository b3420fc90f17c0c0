@NullMarked
package dev.weft.durable;

import org.jspecify.annotations.NullMarked;
