@NullMarked
package dev.weft.testkit.bench.objects;

import org.jspecify.annotations.NullMarked;
