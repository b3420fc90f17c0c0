/** One instance of an object: what it holds in memory, what it has written, its turns. */
@NullMarked
package dev.weft.durable.internal.instance;

import org.jspecify.annotations.NullMarked;
