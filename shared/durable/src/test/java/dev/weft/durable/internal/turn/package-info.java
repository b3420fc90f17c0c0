@NullMarked
package dev.weft.durable.internal.turn;

import org.jspecify.annotations.NullMarked;
