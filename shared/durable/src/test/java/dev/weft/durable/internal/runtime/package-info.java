@NullMarked
package dev.weft.durable.internal.runtime;

import org.jspecify.annotations.NullMarked;
