@NullMarked
package dev.weft.all.metrics;

import org.jspecify.annotations.NullMarked;
