/** What durable objects cost: {@code scripts/bench objects}. */
@NullMarked
package dev.weft.testkit.bench.objects;

import org.jspecify.annotations.NullMarked;
