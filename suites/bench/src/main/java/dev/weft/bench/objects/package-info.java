/** What durable objects cost: {@code scripts/bench objects}. */
@NullMarked
package dev.weft.bench.objects;

import org.jspecify.annotations.NullMarked;
