@NullMarked
package dev.weft.node.logging;

import org.jspecify.annotations.NullMarked;
