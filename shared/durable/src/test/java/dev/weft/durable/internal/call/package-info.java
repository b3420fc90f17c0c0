@NullMarked
package dev.weft.durable.internal.call;

import org.jspecify.annotations.NullMarked;
