@NullMarked
package dev.weft.durable.internal.topic;

import org.jspecify.annotations.NullMarked;
