@NullMarked
package dev.weft.durable.internal;

import org.jspecify.annotations.NullMarked;
