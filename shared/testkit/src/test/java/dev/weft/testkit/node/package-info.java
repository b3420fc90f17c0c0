@NullMarked
package dev.weft.testkit.node;

import org.jspecify.annotations.NullMarked;
