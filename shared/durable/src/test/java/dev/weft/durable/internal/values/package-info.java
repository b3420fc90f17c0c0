@NullMarked
package dev.weft.durable.internal.values;

import org.jspecify.annotations.NullMarked;
