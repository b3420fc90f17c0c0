@NullMarked
package dev.weft.node;

import org.jspecify.annotations.NullMarked;
