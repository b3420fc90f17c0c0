@NullMarked
package dev.weft.durable.internal.store;

import org.jspecify.annotations.NullMarked;
