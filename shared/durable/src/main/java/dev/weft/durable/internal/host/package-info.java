/** The objects of a node: finds or makes the instance that an event is for. */
@NullMarked
package dev.weft.durable.internal.host;

import org.jspecify.annotations.NullMarked;
