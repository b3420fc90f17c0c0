@NullMarked
package dev.weft.bench.objects;

import org.jspecify.annotations.NullMarked;
