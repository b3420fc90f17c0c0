@NullMarked
package dev.weft.testkit.cost;

import org.jspecify.annotations.NullMarked;
