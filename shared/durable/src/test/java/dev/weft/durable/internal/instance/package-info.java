@NullMarked
package dev.weft.durable.internal.instance;

import org.jspecify.annotations.NullMarked;
